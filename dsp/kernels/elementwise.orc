# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# The stateless add/sub/mul loops for ORC's run-time compiler; the same order of operations as
# kernels_c.c. Never min, max or compare: ORC's differ between its back-ends for NaN and zeros.

.function mdsp_orc_gain_f32
.dest 4 dst float
.source 4 src float
.floatparam 4 gain

mulf dst, src, gain


.function mdsp_orc_mul_f32
.dest 4 dst float
.source 4 a float
.source 4 b float

mulf dst, a, b


.function mdsp_orc_mix_f32
.dest 4 dst float
.source 4 a float
.source 4 b float
.source 4 w float
.temp 4 t

subf t, b, a
mulf t, t, w
addf dst, a, t

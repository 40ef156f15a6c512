/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#ifndef MDSP_ELEMENTWISE_ORC_H
#define MDSP_ELEMENTWISE_ORC_H

#include "kernels/tables.h"

/* Compiles the ORC programs, once per process; dispatch.c calls it when the "sse2" table is handed
 * out, so never on a streaming thread. Until then, and where ORC has no back-end, the functions
 * below are the vector kernels. */
void mdsp_kernels_compile_orc (void);

void mdsp_k_gain_f32_orc (float *dst, const float *src, float gain, size_t n);
void mdsp_k_mul_f32_orc (float *dst, const float *a, const float *b, size_t n);
void mdsp_k_mix_f32_orc (float *dst, const float *a, const float *b, const float *w, size_t n);

#endif

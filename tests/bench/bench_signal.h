/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the benchmarks of the core share: a signal, a clock, a median. */
#ifndef BENCH_SIGNAL_H
#define BENCH_SIGNAL_H

#include "kernels/kernels.h"

#include <stddef.h>

#define BENCH_RATE 48000

/* n_frames of interleaved stereo, from a raw f32 file or, for NULL, bursts of noise; not freed. */
const float *bench_audio (const char *path, size_t n_frames);
/* All tables of this machine, or the one that MDSP_CPU names. */
unsigned bench_tables (const MdspKernels **tables, unsigned max);
/* CPU time of this process. */
double bench_cpu_ns (void);
/* Sorts the values. */
double bench_median (double *values, unsigned n);

#endif

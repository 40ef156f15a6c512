/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#define _POSIX_C_SOURCE 200809L
#include "bench_signal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Two half-correlated noises, from full scale to an eighth of it three times a second: loud and
 * quiet passages, as the gates of a meter and the skips of a detector meet them in music. */
static void
make_noise (float *audio, size_t n_frames)
{
  uint32_t seed = 1;
  for (size_t i = 0; i < n_frames; i++) {
    float noise[3], level = (float) (1 + i / (BENCH_RATE / 3) % 7) / 8.0f;
    for (unsigned c = 0; c < 3; c++) {
      seed = seed * 1664525u + 1013904223u;
      noise[c] = (float) (int32_t) seed * 0x1p-32f;
    }
    audio[2 * i] = level * (noise[0] + noise[2]);
    audio[2 * i + 1] = level * (noise[1] + noise[2]);
  }
}

const float *
bench_audio (const char *path, size_t n_frames)
{
  float *audio = calloc (2 * n_frames, sizeof (float));
  FILE *f = path ? fopen (path, "rb") : NULL;
  if (!audio || (path && !f)) {
    perror (path ? path : "memory");
    exit (2);
  }
  if (!f) {
    make_noise (audio, n_frames);
    return audio;
  }
  if (fread (audio, 2 * sizeof (float), n_frames, f) != n_frames)
    fprintf (stderr, "%s is shorter than the benchmark; the rest is silence\n", path);
  fclose (f);
  return audio;
}

unsigned
bench_tables (const MdspKernels **tables, unsigned max)
{
  if (!getenv ("MDSP_CPU"))
    return mdsp_kernels_list (tables, max);
  tables[0] = mdsp_kernels_get ();
  return 1;
}

double
bench_cpu_ns (void)
{
  struct timespec t;
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double) t.tv_sec * 1e9 + (double) t.tv_nsec;
}

static int
by_value (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

double
bench_median (double *values, unsigned n)
{
  qsort (values, n, sizeof *values, by_value);
  return values[n / 2];
}

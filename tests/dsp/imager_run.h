/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Two channels through the stereo image, and noise to put in. */
#ifndef IMAGER_RUN_H
#define IMAGER_RUN_H

#include "check.h"
#include "dynamics/imager.h"

#include <math.h> /* sqrt */
#include <stdlib.h>
#include <string.h>

#define RATE   48000
#define FRAMES ((size_t) RATE * 8)

static float in[2][FRAMES], out[2][FRAMES];

static inline MdspImagerParams
neutral (void)
{
  MdspImagerParams p;
  mdsp_imager_params_init (&p, RATE);
  return p;
}

static double run_rate = RATE;

/* in -> out, what is late brought back to its time. */
static inline void
run_with (const MdspImagerParams *params, const MdspKernels *k, size_t n_frames, size_t block)
{
  MdspImager *im = calloc (1, sizeof *im);
  MdspImagerParams at_rate = *params;
  at_rate.rate_hz = run_rate;
  CHECK (mdsp_imager_init (im, &at_rate, k) == MDSP_OK, "init");
  const size_t late = mdsp_imager_latency (im), n_all = n_frames + late;
  float *all[2];
  CHECK ((late > 0) == mdsp_imager_params_look_ahead (&at_rate), "%zu frames late", late);
  for (unsigned c = 0; c < 2; c++) {
    all[c] = calloc (n_all, sizeof (float));
    memcpy (all[c], in[c], n_frames * sizeof (float));
  }
  for (size_t done = 0; done < n_all; done += block) {
    float *const planes[2] = { all[0] + done, all[1] + done };
    mdsp_imager_process (im, planes, n_all - done < block ? n_all - done : block);
  }
  for (unsigned c = 0; c < 2; c++) {
    memcpy (out[c], all[c] + late, n_frames * sizeof (float));
    free (all[c]);
  }
  mdsp_imager_clear (im);
  free (im);
}

static inline void
run (const MdspImagerParams *params)
{
  run_with (params, mdsp_kernels_get (), FRAMES, 512);
}

/* White noise, mid and side at these levels. */
static inline void
make_noise (double mid, double side)
{
  uint64_t seed = 3;
  for (size_t i = 0; i < FRAMES; i++) {
    const double m = mid * (2.0 * check_random (&seed) - 1.0);
    const double s = side * (2.0 * check_random (&seed) - 1.0);
    in[0][i] = (float) (m + s);
    in[1][i] = (float) (m - s);
  }
}

static inline double
correlation (const float *left, const float *right, size_t from, size_t to)
{
  double p[3] = { 0.0, 0.0, 0.0 };
  for (size_t i = from; i < to; i++) {
    p[0] += (double) left[i] * left[i];
    p[1] += (double) right[i] * right[i];
    p[2] += (double) left[i] * right[i];
  }
  return p[2] / sqrt (p[0] * p[1]);
}

#endif

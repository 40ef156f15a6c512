/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Two channels through the equaliser with linear phase, in pieces of random size. */
#ifndef LINEAR_RUN_H
#define LINEAR_RUN_H

#include "check.h"
#include "dynamics/linear_equalizer.h"

#include <stdlib.h>

static const MdspKernels *kernels;

/* In pieces of random size, in place. */
static inline void
linear_process (MdspLinearEqualizer *e, float *const *x, size_t n, uint64_t seed)
{
  for (size_t done = 0; done < n;) {
    size_t piece = 1 + (size_t) (check_random (&seed) * MDSP_MAX_BLOCK);
    piece = piece < n - done ? piece : n - done;
    float *at[2] = { x[0] + done, x[1] + done };
    mdsp_linear_equalizer_process (e, at, piece);
    done += piece;
  }
}

/* A whole run of two channels with settings that stay. */
static inline void
linear_run (const MdspEqualizerParams *params, float *const *x, size_t n)
{
  MdspLinearEqualizer e;
  CHECK (mdsp_linear_equalizer_init (&e, params, kernels) == MDSP_OK, "init");
  linear_process (&e, x, n, 5);
  mdsp_linear_equalizer_clear (&e);
}

static inline float *
silence (size_t n)
{
  return calloc (n, sizeof (float));
}

#endif

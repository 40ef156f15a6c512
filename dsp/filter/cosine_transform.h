/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * From the real, even spectrum of a zero-phase filter to its impulse response, in double: what a FIR
 * design needs. A transform of size/2 complex values by radix 2.
 */
#ifndef MDSP_COSINE_TRANSFORM_H
#define MDSP_COSINE_TRANSFORM_H

#include "mdsp.h"

#define MDSP_COSINE_MIN 16
#define MDSP_COSINE_MAX 1048576

typedef struct {
  unsigned size;
  double *cosine, *sine; /* of 2 pi i / size, i < size/2 */
  double *re, *im;       /* work area */
} MdspCosineTransform;

/* size: a power of two. MDSP_ERROR_PARAM otherwise. */
MdspStatus mdsp_cosine_transform_design (MdspCosineTransform *c, unsigned size);
void mdsp_cosine_transform_clear (MdspCosineTransform *c);

/* response[t] = 1/size sum_k a[k] cos (2 pi k t / size) over all k, a[size - k] = a[k], for
 * 0 <= t < n <= size/2; a has size/2 + 1 values. */
void mdsp_cosine_transform_run (MdspCosineTransform *c, const double *a, double *response,
                                unsigned n);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/fft.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs */
#include <stdlib.h>
#include <string.h>

#define LINE    16 /* floats in a cache line */
#define STAGGER 80 /* between rows: five lines */

/* Complex values in two planes. */
typedef struct {
  float *re, *im;
} Planes;

static void
unit (double turns, float *cosine, float *sine)
{
  double s, c;
  mdsp_sincos (2.0 * MDSP_PI * turns, &s, &c);
  *cosine = fabs (c) < 1e-9 ? 0.0f : (float) c; /* a quarter turn is exact */
  *sine = fabs (s) < 1e-9 ? 0.0f : (float) s;
}

/* The passes of radix 4 have lengths n = half, half/4, ... and n/4 triples of twiddles
 * e^{-2 pi i p j / n}, j = 1, 2, 3, as six rows of n/4. */
static size_t
passes_size (unsigned half)
{
  size_t total = 0;
  for (unsigned n = half; n >= 4; n /= 4)
    total += 6 * (n / 4);
  return total;
}

static void
design_passes (float *w, unsigned half)
{
  for (unsigned n = half; n >= 4; w += 6 * (n / 4), n /= 4)
    for (unsigned p = 0; p < n / 4; p++)
      for (unsigned j = 1; j <= 3; j++)
        unit (-(double) (p * j % n) / n, w + (2 * j - 2) * (n / 4) + p,
              w + (2 * j - 1) * (n / 4) + p);
}

MdspStatus
mdsp_fft_design (MdspFft *fft, const MdspKernels *k, unsigned size)
{
  if (size < MDSP_FFT_MIN || size > MDSP_FFT_MAX || (size & (size - 1)) != 0)
    return MDSP_ERROR_PARAM;
  const unsigned half = size / 2;
  fft->size = size;
  fft->k = k;
  fft->passes = malloc (passes_size (half) * sizeof (float));
  fft->split = malloc (2 * (half + 1) * sizeof (float));
  if (fft->passes == NULL || fft->split == NULL) {
    mdsp_fft_clear (fft);
    return MDSP_ERROR_MEMORY;
  }
  design_passes (fft->passes, half);
  for (unsigned i = 0; i <= half; i++)
    unit ((double) i / size, fft->split + i, fft->split + half + 1 + i);
  return MDSP_OK;
}

void
mdsp_fft_clear (MdspFft *fft)
{
  free (fft->passes);
  free (fft->split);
  memset (fft, 0, sizeof *fft);
}

unsigned
mdsp_fft_bins (const MdspFft *fft)
{
  return fft->size / 2 + 1;
}

size_t
mdsp_fft_work (const MdspFft *fft)
{
  return 2 * (size_t) fft->size + 3 * STAGGER;
}

/* Complex transform of `a`, length half; `b` is the other buffer. Returns the one that holds the
 * result. The inverse transform is the same with the planes exchanged. */
static Planes
transform (const MdspFft *fft, Planes a, Planes b)
{
  const float *w = fft->passes;
  unsigned s = 1;
  for (unsigned n = fft->size / 2; n > 1;) {
    if (n == 2) {
      /* s transforms of length 2: sums and differences, as of mid and side */
      fft->k->ms_decode_f32 (b.re, b.re + s, a.re, a.re + s, s);
      fft->k->ms_decode_f32 (b.im, b.im + s, a.im, a.im + s, s);
      n = 1;
    } else {
      fft->k->fft_radix4_f32 (b.re, b.im, a.re, a.im, (size_t) s * (n / 4), w, n / 4, s, n / 4);
      w += 6 * (n / 4);
      n /= 4;
      s *= 4;
    }
    Planes t = a;
    a = b;
    b = t;
  }
  return a;
}

float *
mdsp_fft_row (float **at, size_t n)
{
  float *start = *at + (LINE - (uintptr_t) *at / sizeof (float) % LINE) % LINE;
  *at = start + n + STAGGER;
  return start;
}

static void
buffers (const MdspFft *fft, float *work, Planes *a, Planes *b)
{
  const unsigned half = fft->size / 2;
  float *plane[4];
  for (unsigned i = 0; i < 4; i++)
    plane[i] = work + i * (half + STAGGER);
  *a = (Planes){ plane[0], plane[1] };
  *b = (Planes){ plane[2], plane[3] };
}

/* With Z the transform of x[2t] + i x[2t+1]: the even samples have E = (Z[k] + Z*[half-k]) / 2, the
 * odd ones O = (Z[k] - Z*[half-k]) / 2i, and X[k] = E + e^{-2 pi i k / size} O. */
void
mdsp_fft_forward (const MdspFft *fft, const float *x, float *re, float *im, float *work)
{
  const unsigned half = fft->size / 2;
  const float *c = fft->split, *s = fft->split + half + 1;
  Planes a, b, z;
  buffers (fft, work, &a, &b);
  fft->k->deinterleave_f32 ((float *[]){ a.re, a.im }, x, 2, half);
  z = transform (fft, a, b);
  re[0] = z.re[0] + z.im[0];
  re[half] = z.re[0] - z.im[0];
  im[0] = im[half] = 0.0f;
  fft->k->fft_split_f32 (re + 1, im + 1, z.re + 1, z.im + 1, z.re + half - 1, z.im + half - 1,
                         c + 1, s + 1, -1.0f, 0.5f, half - 1);
}

/* 2 E = X[k] + X*[half-k], 2 O = (X[k] - X*[half-k]) e^{2 pi i k / size}, Z = E + i O; the factor
 * 1/size holds both the 2 and the 1/half of the inverse transform. */
void
mdsp_fft_inverse (const MdspFft *fft, const float *re, const float *im, float *x, float *work)
{
  const unsigned half = fft->size / 2;
  const float *c = fft->split, *s = fft->split + half + 1, scale = 1.0f / (float) fft->size;
  Planes a, b, z;
  buffers (fft, work, &a, &b);
  a.re[0] = scale * (re[0] + re[half]);
  a.im[0] = scale * (re[0] - re[half]);
  fft->k->fft_split_f32 (a.re + 1, a.im + 1, re + 1, im + 1, re + half - 1, im + half - 1, c + 1,
                         s + 1, 1.0f, scale, half - 1);
  z = transform (fft, (Planes){ a.im, a.re }, (Planes){ b.im, b.re });
  fft->k->interleave_f32 (x, (const float *[]){ z.im, z.re }, 2, half);
}

void
mdsp_fft_hann (float *window, unsigned length)
{
  for (unsigned i = 0; i < length; i++) {
    double s, c;
    mdsp_sincos (2.0 * MDSP_PI * i / length, &s, &c);
    window[i] = (float) (0.5 - 0.5 * c);
  }
}

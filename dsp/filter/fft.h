/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Fourier transform of real signals, sizes 2^8 .. 2^16, f32 data in separate real and imaginary
 * planes, twiddles from dmath. The real signal goes as size/2 complex values through Stockham's
 * autosort passes of radix 4 (Van Loan, "Computational Frameworks for the FFT", 1992, section 1.7),
 * every output its own sum: the same bits on every machine. Error of a transform relative to its
 * result, RMS: below 3e-7 at every size.
 */
#ifndef MDSP_FFT_H
#define MDSP_FFT_H

#include "kernels/kernels.h"
#include "mdsp.h"

#define MDSP_FFT_MIN 256
#define MDSP_FFT_MAX 65536

/* Read only after the design: one may serve many threads, each with a work area of its own. */
typedef struct {
  unsigned size;
  const MdspKernels *k;
  float *passes; /* twiddles of the passes, one after the other */
  float *split;  /* cos and sin of 2 pi k / size, k = 0 .. size/2: [k] and [size/2 + 1 + k] */
} MdspFft;

/* MDSP_ERROR_PARAM unless size is a power of two, MDSP_FFT_MIN .. MDSP_FFT_MAX; MDSP_ERROR_MEMORY.
 * After an error there is nothing to clear. */
MdspStatus mdsp_fft_design (MdspFft *fft, const MdspKernels *k, unsigned size);
void mdsp_fft_clear (MdspFft *fft);

/* Rows of floats for transforms in one piece of zeroed memory of the size of all plus
 * MDSP_FFT_ROW_SPARE each: the next one begins at or behind *at, which moves behind it. They begin with a
 * line of the cache, and not at a distance of a power of two, at which all would meet in a few of its lines. */
#define MDSP_FFT_ROW_SPARE 112
float *mdsp_fft_row (float **at, size_t n);

/* Number of bins, size/2 + 1: the length of re and im; both ends are real (im = 0). */
unsigned mdsp_fft_bins (const MdspFft *fft);
/* Floats of the work area that forward and inverse need; its content does not matter. */
size_t mdsp_fft_work (const MdspFft *fft);

/* re[k] + i im[k] = sum_t x[t] e^{-2 pi i k t / size}, 0 <= k <= size/2. x is kept. No two of the
 * four areas overlap. */
void mdsp_fft_forward (const MdspFft *fft, const float *x, float *re, float *im, float *work);
/* The way back, the factor 1/size included: inverse (forward (x)) = x up to rounding. im[0] and
 * im[size/2] are taken as 0. re and im are kept. */
void mdsp_fft_inverse (const MdspFft *fft, const float *re, const float *im, float *x, float *work);

/* The periodic Hann window, 0.5 - 0.5 cos (2 pi i / length). */
void mdsp_fft_hann (float *window, unsigned length);

#endif

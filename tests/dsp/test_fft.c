/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * filter/fft.h against the definition: single sinusoids and impulses in closed form, noise against
 * the sum itself in double (libm), the way back, and the same bits from every kernel table.
 */
#include "check.h"
#include "filter/fft.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* f32 butterflies: log2 (size) stages, each adding a rounding of 2^-25 RMS to every value in
 * relative terms, and the twiddles' own; sqrt (16 * 3) 2^-25 = 2.1e-7, and some room. */
#define LIMIT 3e-7

typedef struct {
  unsigned size, bins;
  float *x, *back, *re, *im, *work;
  MdspFft fft;
} Rig;

static void
rig_open (Rig *r, const MdspKernels *k, unsigned size)
{
  CHECK (mdsp_fft_design (&r->fft, k, size) == MDSP_OK, "size %u", size);
  r->size = size;
  r->bins = mdsp_fft_bins (&r->fft);
  r->x = calloc (size, sizeof (float));
  r->back = calloc (size, sizeof (float));
  r->re = calloc (r->bins, sizeof (float));
  r->im = calloc (r->bins, sizeof (float));
  r->work = malloc (mdsp_fft_work (&r->fft) * sizeof (float));
}

static void
rig_close (Rig *r)
{
  mdsp_fft_clear (&r->fft);
  free (r->x);
  free (r->back);
  free (r->re);
  free (r->im);
  free (r->work);
}

static void
noise (Rig *r, uint64_t seed)
{
  for (unsigned t = 0; t < r->size; t++)
    r->x[t] = (float) (2.0 * check_random (&seed) - 1.0);
}

/* x[t] = cos (2 pi bin t / size + phase): size/2 e^{i phase} in its bin, 0 elsewhere. */
static void
test_sinusoid (Rig *r, unsigned bin, double phase)
{
  const unsigned n = r->size;
  double error = 0.0;
  for (unsigned t = 0; t < n; t++)
    r->x[t] = (float) cos (2.0 * M_PI * (double) ((uint64_t) bin * t % n) / n + phase);
  mdsp_fft_forward (&r->fft, r->x, r->re, r->im, r->work);
  const bool real = bin == 0 || bin == n / 2;
  for (unsigned k = 0; k < r->bins; k++) {
    double re = k != bin ? 0.0 : real ? n * cos (phase) : 0.5 * n * cos (phase);
    double im = k != bin || real ? 0.0 : 0.5 * n * sin (phase);
    error += (r->re[k] - re) * (r->re[k] - re) + (r->im[k] - im) * (r->im[k] - im);
  }
  CHECK (sqrt (error) < LIMIT * n, "size %u bin %u: %g", n, bin, sqrt (error) / n);
}

/* An impulse at t: e^{-2 pi i k t / size}. */
static void
test_impulse (Rig *r, unsigned at)
{
  double worst = 0.0;
  memset (r->x, 0, r->size * sizeof (float));
  r->x[at] = 1.0f;
  mdsp_fft_forward (&r->fft, r->x, r->re, r->im, r->work);
  for (unsigned k = 0; k < r->bins; k++) {
    double angle = 2.0 * M_PI * (double) ((uint64_t) k * at % r->size) / r->size;
    worst = fmax (worst, hypot (r->re[k] - cos (angle), r->im[k] + sin (angle)));
  }
  CHECK (worst < 2e-6, "size %u impulse at %u: %g", r->size, at, worst);
}

/* The sum itself, for up to 64 bins spread over the range. */
static void
test_noise (Rig *r, bool plant)
{
  double error = 0.0, power = 0.0;
  noise (r, r->size);
  mdsp_fft_forward (&r->fft, r->x, r->re, r->im, r->work);
  if (plant) { /* one bin of 65 off by 1e-4: 1e-5 in all */
    r->re[1] *= 1.0001f;
    r->im[1] *= 1.0001f;
  }
  for (unsigned k = 0; k < r->bins; k += 1 + (k > 0 ? r->bins / 64 : 0)) {
    double re = 0.0, im = 0.0;
    for (unsigned t = 0; t < r->size; t++) {
      double angle = 2.0 * M_PI * (double) ((uint64_t) k * t % r->size) / r->size;
      re += r->x[t] * cos (angle);
      im -= r->x[t] * sin (angle);
    }
    error += (r->re[k] - re) * (r->re[k] - re) + (r->im[k] - im) * (r->im[k] - im);
    power += re * re + im * im;
  }
  const double relative = sqrt (error / power);
  if (plant)
    CHECK (relative > LIMIT, "the planted fault was not seen: %g", relative);
  else
    CHECK (relative < LIMIT, "size %u: %g", r->size, relative);
}

static void
test_way_back (Rig *r)
{
  double error = 0.0, power = 0.0;
  noise (r, 77);
  mdsp_fft_forward (&r->fft, r->x, r->re, r->im, r->work);
  mdsp_fft_inverse (&r->fft, r->re, r->im, r->back, r->work);
  for (unsigned t = 0; t < r->size; t++) {
    error += (r->back[t] - r->x[t]) * (r->back[t] - r->x[t]);
    power += r->x[t] * r->x[t];
  }
  CHECK (sqrt (error / power) < 2.0 * LIMIT, "size %u: %g", r->size, sqrt (error / power));
}

/* The product of two spectra is the circular convolution: inverse on its own, not as forward's
 * mirror. A delay of d samples multiplies by e^{-2 pi i k d / size}. */
static void
test_delay (Rig *r, unsigned delay)
{
  double error = 0.0, power = 0.0;
  noise (r, 5);
  mdsp_fft_forward (&r->fft, r->x, r->re, r->im, r->work);
  for (unsigned k = 0; k < r->bins; k++) {
    double angle = 2.0 * M_PI * (double) ((uint64_t) k * delay % r->size) / r->size;
    double re = r->re[k] * cos (angle) + r->im[k] * sin (angle);
    double im = r->im[k] * cos (angle) - r->re[k] * sin (angle);
    r->re[k] = (float) re;
    r->im[k] = (float) im;
  }
  mdsp_fft_inverse (&r->fft, r->re, r->im, r->back, r->work);
  for (unsigned t = 0; t < r->size; t++) {
    double d = r->back[(t + delay) % r->size] - r->x[t];
    error += d * d;
    power += r->x[t] * r->x[t];
  }
  CHECK (sqrt (error / power) < 2.0 * LIMIT, "size %u: %g", r->size, sqrt (error / power));
}

static void
test_same_bits (const MdspKernels *const *tables, unsigned n_tables, unsigned size)
{
  Rig first, other;
  rig_open (&first, tables[0], size);
  noise (&first, 9);
  mdsp_fft_forward (&first.fft, first.x, first.re, first.im, first.work);
  mdsp_fft_inverse (&first.fft, first.re, first.im, first.back, first.work);
  for (unsigned i = 1; i < n_tables; i++) {
    rig_open (&other, tables[i], size);
    noise (&other, 9);
    mdsp_fft_forward (&other.fft, other.x, other.re, other.im, other.work);
    mdsp_fft_inverse (&other.fft, other.re, other.im, other.back, other.work);
    CHECK (memcmp (first.re, other.re, first.bins * sizeof (float)) == 0 &&
               memcmp (first.im, other.im, first.bins * sizeof (float)) == 0 &&
               memcmp (first.back, other.back, size * sizeof (float)) == 0,
           "size %u: %s differs from %s", size, tables[i]->isa, tables[0]->isa);
    rig_close (&other);
  }
  rig_close (&first);
}

static void
test_sizes (void)
{
  static const unsigned wrong[] = { 0, 1, 128, 255, 257, 384, 65535, 65537, 131072 };
  MdspFft fft;
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    CHECK (mdsp_fft_design (&fft, mdsp_kernels_get (), wrong[i]) == MDSP_ERROR_PARAM, "%u",
           wrong[i]);
}

int
main (void)
{
  const MdspKernels *tables[8];
  const unsigned n_tables = mdsp_kernels_list (tables, 8);
  Rig r;
  test_sizes ();
  for (unsigned size = MDSP_FFT_MIN; size <= MDSP_FFT_MAX; size *= 2) {
    rig_open (&r, mdsp_kernels_get (), size);
    for (unsigned i = 0; i < 5; i++)
      test_sinusoid (&r, (unsigned[]){ 0, 1, size / 8 + 3, size / 2 - 1, size / 2 }[i], 0.3);
    test_impulse (&r, 1);
    test_impulse (&r, size - 3);
    test_noise (&r, false);
    test_noise (&r, true);
    test_way_back (&r);
    test_delay (&r, size / 4 + 5);
    rig_close (&r);
    test_same_bits (tables, n_tables, size);
  }
  printf ("%s\n", check_failures == 0 ? "passed" : "failed");
  return check_failures != 0;
}

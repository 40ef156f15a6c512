/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The filters of the stereo field: octaves, K-weighting, the low end and the top.
 */
#include "kernels/dmath.h"
#include "measure/loudness.h"
#include "measure/stereo_internal.h"

#include <math.h> /* sqrt */
#include <string.h>

typedef struct {
  double re, im;
} Complex;

static Complex
complex_sqrt (Complex z)
{
  const double r = sqrt (z.re * z.re + z.im * z.im);
  const double re = sqrt (mdsp_stereo_positive ((r + z.re) / 2.0)),
               im = sqrt (mdsp_stereo_positive ((r - z.re) / 2.0));
  return (Complex){ re, z.im < 0.0 ? -im : im };
}

/* The section with a conjugate pair of analogue poles (bilinear transform, s = (z-1)/(z+1)) and
 * zeros at 0 Hz and at the Nyquist frequency. */
static void
bandpass_section (MdspBandCoef *coef, unsigned lane, unsigned stage, Complex s)
{
  const double d = (1.0 - s.re) * (1.0 - s.re) + s.im * s.im;
  coef->b[stage][0][lane] = 1.0;
  coef->b[stage][1][lane] = 0.0;
  coef->b[stage][2][lane] = -1.0;
  coef->a[stage][0][lane] = -2.0 * (1.0 - s.re * s.re - s.im * s.im) / d;
  coef->a[stage][1][lane] = ((1.0 + s.re) * (1.0 + s.re) + s.im * s.im) / d;
}

/* |H|^2 of a section at the angle with this cosine and sine. */
static double
section_power (const MdspBandCoef *coef, unsigned lane, unsigned stage, double c1, double s1)
{
  const double c2 = 2.0 * c1 * c1 - 1.0, s2 = 2.0 * s1 * c1;
  const double b0 = coef->b[stage][0][lane], b1 = coef->b[stage][1][lane];
  const double b2 = coef->b[stage][2][lane];
  const double a1 = coef->a[stage][0][lane], a2 = coef->a[stage][1][lane];
  const double br = b0 + b1 * c1 + b2 * c2, bi = b1 * s1 + b2 * s2;
  const double ar = 1.0 + a1 * c1 + a2 * c2, ai = a1 * s1 + a2 * s2;
  return (br * br + bi * bi) / (ar * ar + ai * ai);
}

/* The highest octave ends below the Nyquist frequency, or is silent when little is left of it. */
#define TOP_EDGE    0.46 /* of the rate */
#define TOP_LOWEDGE 0.3

/* Butterworth band-pass of order 4, an octave wide: the low-pass prototype's poles p, shifted by
 * s = (p B +- sqrt (p^2 B^2 - 4 w0^2)) / 2. */
static void
design_octave (MdspBandCoef *coef, unsigned lane, double f_hz, double rate_hz)
{
  const double sqrt_half = 0.7071067811865476;
  const double lo = mdsp_tan (MDSP_PI * f_hz * sqrt_half / rate_hz);
  const double top = f_hz / sqrt_half < TOP_EDGE * rate_hz ? f_hz / sqrt_half : TOP_EDGE * rate_hz;
  const double hi = mdsp_tan (MDSP_PI * top / rate_hz);
  const double b = hi - lo, w0_squared = lo * hi;
  /* p = (-1 + j) / sqrt 2, p^2 = -j */
  const Complex root = complex_sqrt ((Complex){ -4.0 * w0_squared, -b * b });
  const double pb = b * sqrt_half;
  bandpass_section (coef, lane, 0, (Complex){ (-pb + root.re) / 2.0, (pb + root.im) / 2.0 });
  bandpass_section (coef, lane, 1, (Complex){ (-pb - root.re) / 2.0, (pb - root.im) / 2.0 });
  /* 0 dB in the middle, where tan (w / 2) = w0, by both sections alike */
  const double c1 = (1.0 - w0_squared) / (1.0 + w0_squared);
  const double s1 = 2.0 * sqrt (w0_squared) / (1.0 + w0_squared);
  for (unsigned stage = 0; stage < 2; stage++) {
    const double gain = 1.0 / sqrt (section_power (coef, lane, stage, c1, s1));
    coef->b[stage][0][lane] *= gain;
    coef->b[stage][2][lane] *= gain;
  }
}

/* Linkwitz-Riley of order 4: two Butterworth sections alike (bilinear transform). */
static void
design_edge (MdspBandCoef *coef, unsigned lane, double f_hz, double rate_hz, bool highpass)
{
  const double sqrt2 = 1.4142135623730951;
  const double k = mdsp_tan (MDSP_PI * f_hz / rate_hz), d = 1.0 + sqrt2 * k + k * k;
  const double b = highpass ? 1.0 / d : k * k / d;
  for (unsigned stage = 0; stage < 2; stage++) {
    coef->b[stage][0][lane] = coef->b[stage][2][lane] = b;
    coef->b[stage][1][lane] = highpass ? -2.0 * b : 2.0 * b;
    coef->a[stage][0][lane] = 2.0 * (k * k - 1.0) / d;
    coef->a[stage][1][lane] = (1.0 - sqrt2 * k + k * k) / d;
  }
}

static void
design_kweight (MdspBandCoef *coef, unsigned lane, double rate_hz)
{
  MdspKWeightCoef k;
  mdsp_kweight_design (&k, rate_hz);
  for (unsigned stage = 0; stage < 2; stage++) {
    for (unsigned i = 0; i < 3; i++)
      coef->b[stage][i][lane] = k.b[stage][i];
    for (unsigned i = 0; i < 2; i++)
      coef->a[stage][i][lane] = k.a[stage][i];
  }
}

double
mdsp_stereo_octave_hz (unsigned octave)
{
  return 31.25 * (double) (1u << octave);
}

static bool
has_octave (unsigned octave, double rate_hz)
{
  return mdsp_stereo_octave_hz (octave) / 1.4142135623730951 < TOP_LOWEDGE * rate_hz;
}

unsigned
mdsp_stereo_n_octaves (const MdspStereo *s)
{
  unsigned n = 0;
  while (n < MDSP_STEREO_OCTAVES && has_octave (n, s->rate_hz))
    n++;
  return n;
}

/* What is not designed stays at coefficients of 0: silent. */
void
mdsp_stereo_design_bands (MdspBandCoef *coef, double rate_hz)
{
  memset (coef, 0, sizeof *coef);
  for (unsigned k = 0; k < MDSP_STEREO_OCTAVES; k++)
    if (has_octave (k, rate_hz))
      design_octave (coef, k, mdsp_stereo_octave_hz (k), rate_hz);
  design_kweight (coef, MDSP_STEREO_BROAD, rate_hz);
  design_edge (coef, MDSP_STEREO_LOW, MDSP_STEREO_LOW_HZ, rate_hz, false);
  if (MDSP_STEREO_HIGH_HZ < 0.4 * rate_hz)
    design_edge (coef, MDSP_STEREO_HIGH, MDSP_STEREO_HIGH_HZ, rate_hz, true);
}

double
mdsp_stereo_response_db (const MdspStereo *s, unsigned band, double f_hz)
{
  double sine, cosine;
  mdsp_sincos (2.0 * MDSP_PI * f_hz / s->rate_hz, &sine, &cosine);
  return mdsp_db_from_power (section_power (&s->coef, band, 0, cosine, sine) *
                             section_power (&s->coef, band, 1, cosine, sine));
}

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

/* A section of the kernel has b0 = 1: its gain goes to the power of the band. */
static void
put_section (MdspStereoBands *bands, unsigned lane, unsigned stage, const double b[3],
             const double a[2])
{
  bands->coef.c[stage][0][lane] = b[1] / b[0] - a[0];
  bands->coef.c[stage][1][lane] = b[2] / b[0] - a[1];
  bands->coef.c[stage][2][lane] = a[0];
  bands->coef.c[stage][3][lane] = a[1];
  bands->power_gain[lane] *= b[0] * b[0];
}

/* The section with a conjugate pair of analogue poles (bilinear transform, s = (z-1)/(z+1)) and
 * zeros at 0 Hz and at the Nyquist frequency. */
static void
put_bandpass (MdspStereoBands *bands, unsigned lane, unsigned stage, Complex s)
{
  static const double b[3] = { 1.0, 0.0, -1.0 };
  const double d = (1.0 - s.re) * (1.0 - s.re) + s.im * s.im;
  const double a[2] = { -2.0 * (1.0 - s.re * s.re - s.im * s.im) / d,
                        ((1.0 + s.re) * (1.0 + s.re) + s.im * s.im) / d };
  put_section (bands, lane, stage, b, a);
}

/* |H|^2 at the angle with this cosine and sine, but for the gain. */
static double
section_power (const MdspStereoBands *bands, unsigned lane, unsigned stage, double c1, double s1)
{
  const double c2 = 2.0 * c1 * c1 - 1.0, s2 = 2.0 * s1 * c1;
  const double (*c)[MDSP_BAND_LANES] = bands->coef.c[stage], a1 = c[2][lane], a2 = c[3][lane];
  const double b1 = c[0][lane] + a1, b2 = c[1][lane] + a2;
  const double br = 1.0 + b1 * c1 + b2 * c2, bi = b1 * s1 + b2 * s2;
  const double ar = 1.0 + a1 * c1 + a2 * c2, ai = a1 * s1 + a2 * s2;
  return (br * br + bi * bi) / (ar * ar + ai * ai);
}

static double
band_power (const MdspStereoBands *bands, unsigned lane, double c1, double s1)
{
  return bands->power_gain[lane] * section_power (bands, lane, 0, c1, s1) *
         section_power (bands, lane, 1, c1, s1);
}

/* The highest octave ends below the Nyquist frequency, or is silent when little is left of it. */
#define TOP_EDGE    0.46 /* of the rate */
#define TOP_LOWEDGE 0.3

/* Butterworth band-pass of order 4, an octave wide: the low-pass prototype's poles p, shifted by
 * s = (p B +- sqrt (p^2 B^2 - 4 w0^2)) / 2. */
static void
design_octave (MdspStereoBands *bands, unsigned lane, double f_hz, double rate_hz)
{
  const double sqrt_half = 0.7071067811865476;
  const double lo = mdsp_tan (MDSP_PI * f_hz * sqrt_half / rate_hz);
  const double top = f_hz / sqrt_half < TOP_EDGE * rate_hz ? f_hz / sqrt_half : TOP_EDGE * rate_hz;
  const double hi = mdsp_tan (MDSP_PI * top / rate_hz);
  const double b = hi - lo, w0_squared = lo * hi;
  /* p = (-1 + j) / sqrt 2, p^2 = -j */
  const Complex root = complex_sqrt ((Complex){ -4.0 * w0_squared, -b * b });
  const double pb = b * sqrt_half;
  bands->power_gain[lane] = 1.0;
  put_bandpass (bands, lane, 0, (Complex){ (-pb + root.re) / 2.0, (pb + root.im) / 2.0 });
  put_bandpass (bands, lane, 1, (Complex){ (-pb - root.re) / 2.0, (pb - root.im) / 2.0 });
  /* 0 dB in the middle, where tan (w / 2) = w0 */
  const double c1 = (1.0 - w0_squared) / (1.0 + w0_squared);
  const double s1 = 2.0 * sqrt (w0_squared) / (1.0 + w0_squared);
  bands->power_gain[lane] = 1.0 / band_power (bands, lane, c1, s1);
}

/* Linkwitz-Riley of order 4: two Butterworth sections alike (bilinear transform). */
static void
design_edge (MdspStereoBands *bands, unsigned lane, double f_hz, double rate_hz, bool highpass)
{
  const double sqrt2 = 1.4142135623730951;
  const double k = mdsp_tan (MDSP_PI * f_hz / rate_hz), d = 1.0 + sqrt2 * k + k * k;
  const double g = highpass ? 1.0 / d : k * k / d;
  const double b[3] = { g, highpass ? -2.0 * g : 2.0 * g, g };
  const double a[2] = { 2.0 * (k * k - 1.0) / d, (1.0 - sqrt2 * k + k * k) / d };
  bands->power_gain[lane] = 1.0;
  for (unsigned stage = 0; stage < 2; stage++)
    put_section (bands, lane, stage, b, a);
}

static void
design_kweight (MdspStereoBands *bands, unsigned lane, double rate_hz)
{
  MdspKWeightCoef k;
  mdsp_kweight_design (&k, rate_hz);
  bands->power_gain[lane] = 1.0;
  for (unsigned stage = 0; stage < 2; stage++)
    put_section (bands, lane, stage, k.b[stage], k.a[stage]);
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

/* What is not designed stays at a gain of 0: silent. */
void
mdsp_stereo_design_bands (MdspStereoBands *bands, double rate_hz)
{
  memset (bands, 0, sizeof *bands);
  for (unsigned k = 0; k < MDSP_STEREO_OCTAVES; k++)
    if (has_octave (k, rate_hz))
      design_octave (bands, k, mdsp_stereo_octave_hz (k), rate_hz);
  design_kweight (bands, MDSP_STEREO_BROAD, rate_hz);
  design_edge (bands, MDSP_STEREO_LOW, MDSP_STEREO_LOW_HZ, rate_hz, false);
  if (MDSP_STEREO_HIGH_HZ < 0.4 * rate_hz)
    design_edge (bands, MDSP_STEREO_HIGH, MDSP_STEREO_HIGH_HZ, rate_hz, true);
}

double
mdsp_stereo_response_db (const MdspStereo *s, unsigned band, double f_hz)
{
  double sine, cosine;
  mdsp_sincos (2.0 * MDSP_PI * f_hz / s->rate_hz, &sine, &cosine);
  return mdsp_db_from_power (band_power (&s->bands, band, cosine, sine));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The filters of the stereo field: octaves, K-weighting, the low end and the top. What is below 354 Hz runs
 * at a lower rate, which halves the work.
 */
#include "kernels/dmath.h"
#include "measure/loudness.h"
#include "measure/stereo_internal.h"

#include <math.h> /* fabs, sqrt */
#include <string.h>

#define STATE_FLOOR 1e-30 /* as in loudness.c */

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
put_section (MdspStereoBank *bank, unsigned lane, unsigned stage, const double b[3],
             const double a[2])
{
  bank->coef.c[stage][0][lane] = b[1] / b[0] - a[0];
  bank->coef.c[stage][1][lane] = b[2] / b[0] - a[1];
  bank->coef.c[stage][2][lane] = a[0];
  bank->coef.c[stage][3][lane] = a[1];
  bank->power_gain[lane] *= b[0] * b[0];
}

/* The section with a conjugate pair of analogue poles (bilinear transform, s = (z-1)/(z+1)) and
 * zeros at 0 Hz and at the Nyquist frequency. */
static void
put_bandpass (MdspStereoBank *bank, unsigned lane, unsigned stage, Complex s)
{
  static const double b[3] = { 1.0, 0.0, -1.0 };
  const double d = (1.0 - s.re) * (1.0 - s.re) + s.im * s.im;
  const double a[2] = { -2.0 * (1.0 - s.re * s.re - s.im * s.im) / d,
                        ((1.0 + s.re) * (1.0 + s.re) + s.im * s.im) / d };
  put_section (bank, lane, stage, b, a);
}

/* |H|^2 at the angle with this cosine and sine, but for the gain. */
static double
section_power (const MdspStereoBank *bank, unsigned lane, unsigned stage, double c1, double s1)
{
  const double c2 = 2.0 * c1 * c1 - 1.0, s2 = 2.0 * s1 * c1;
  const double (*c)[MDSP_BAND_LANES] = bank->coef.c[stage], a1 = c[2][lane], a2 = c[3][lane];
  const double b1 = c[0][lane] + a1, b2 = c[1][lane] + a2;
  const double br = 1.0 + b1 * c1 + b2 * c2, bi = b1 * s1 + b2 * s2;
  const double ar = 1.0 + a1 * c1 + a2 * c2, ai = a1 * s1 + a2 * s2;
  return (br * br + bi * bi) / (ar * ar + ai * ai);
}

static double
band_power (const MdspStereoBank *bank, unsigned lane, double c1, double s1)
{
  return bank->power_gain[lane] * section_power (bank, lane, 0, c1, s1) *
         section_power (bank, lane, 1, c1, s1);
}

/* The highest octave ends below the Nyquist frequency, or is silent when little is left of it. */
#define TOP_EDGE    0.46 /* of the rate */
#define TOP_LOWEDGE 0.3

/* Butterworth band-pass of order 4, an octave wide: the low-pass prototype's poles p, shifted by
 * s = (p B +- sqrt (p^2 B^2 - 4 w0^2)) / 2. */
static void
design_octave (MdspStereoBank *bank, unsigned lane, double f_hz, double rate_hz)
{
  const double sqrt_half = 0.7071067811865476;
  const double lo = mdsp_tan (MDSP_PI * f_hz * sqrt_half / rate_hz);
  const double top = f_hz / sqrt_half < TOP_EDGE * rate_hz ? f_hz / sqrt_half : TOP_EDGE * rate_hz;
  const double hi = mdsp_tan (MDSP_PI * top / rate_hz);
  const double b = hi - lo, w0_squared = lo * hi;
  /* p = (-1 + j) / sqrt 2, p^2 = -j */
  const Complex root = complex_sqrt ((Complex){ -4.0 * w0_squared, -b * b });
  const double pb = b * sqrt_half;
  bank->power_gain[lane] = 1.0;
  put_bandpass (bank, lane, 0, (Complex){ (-pb + root.re) / 2.0, (pb + root.im) / 2.0 });
  put_bandpass (bank, lane, 1, (Complex){ (-pb - root.re) / 2.0, (pb - root.im) / 2.0 });
  /* 0 dB in the middle, where tan (w / 2) = w0 */
  const double c1 = (1.0 - w0_squared) / (1.0 + w0_squared);
  const double s1 = 2.0 * sqrt (w0_squared) / (1.0 + w0_squared);
  bank->power_gain[lane] = 1.0 / band_power (bank, lane, c1, s1);
}

/* Linkwitz-Riley of order 4: two Butterworth sections alike (bilinear transform). */
static void
design_edge (MdspStereoBank *bank, unsigned lane, double f_hz, double rate_hz, bool highpass)
{
  const double sqrt2 = 1.4142135623730951;
  const double k = mdsp_tan (MDSP_PI * f_hz / rate_hz), d = 1.0 + sqrt2 * k + k * k;
  const double g = highpass ? 1.0 / d : k * k / d;
  const double b[3] = { g, highpass ? -2.0 * g : 2.0 * g, g };
  const double a[2] = { 2.0 * (k * k - 1.0) / d, (1.0 - sqrt2 * k + k * k) / d };
  bank->power_gain[lane] = 1.0;
  for (unsigned stage = 0; stage < 2; stage++)
    put_section (bank, lane, stage, b, a);
}

static void
design_kweight (MdspStereoBank *bank, unsigned lane, double rate_hz)
{
  MdspKWeightCoef k;
  mdsp_kweight_design (&k, rate_hz);
  bank->power_gain[lane] = 1.0;
  for (unsigned stage = 0; stage < 2; stage++)
    put_section (bank, lane, stage, k.b[stage], k.a[stage]);
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

/* --- where a band runs ------------------------------------------------------------------------ */

#define LOW_OCTAVES 4      /* 31.5 to 250 Hz: at the lower rate */
#define LOW_RATE_HZ 11000.0 /* at least; the decimator is flat to 1.4 kHz then */

enum { FULL, LOWER };

typedef struct {
  unsigned bank, lane;
} Place;

static Place
place_of (unsigned band)
{
  const unsigned n_high = MDSP_STEREO_OCTAVES - LOW_OCTAVES;
  if (band < LOW_OCTAVES)
    return (Place){ LOWER, band };
  if (band < MDSP_STEREO_OCTAVES)
    return (Place){ FULL, band - LOW_OCTAVES };
  if (band == MDSP_STEREO_LOW)
    return (Place){ LOWER, LOW_OCTAVES };
  return (Place){ FULL, n_high + (band == MDSP_STEREO_HIGH) };
}

/* What is not designed stays at a gain of 0: silent. */
void
mdsp_stereo_design_bands (MdspStereo *s)
{
  unsigned step = 1;
  while (step < MDSP_DECIMATOR_MAX_STEP && s->rate_hz / (2 * step) >= LOW_RATE_HZ)
    step *= 2;
  memset (s->bank, 0, sizeof s->bank);
  s->bank[FULL].rate_hz = s->rate_hz;
  s->bank[LOWER].rate_hz = s->rate_hz / step;
  mdsp_decimator_init (&s->lower, step, s->kernels);
  for (unsigned band = 0; band < MDSP_STEREO_N_BANDS; band++) {
    const Place at = place_of (band);
    MdspStereoBank *bank = &s->bank[at.bank];
    if (band < MDSP_STEREO_OCTAVES && has_octave (band, s->rate_hz))
      design_octave (bank, at.lane, mdsp_stereo_octave_hz (band), bank->rate_hz);
    else if (band == MDSP_STEREO_BROAD)
      design_kweight (bank, at.lane, bank->rate_hz);
    else if (band == MDSP_STEREO_LOW)
      design_edge (bank, at.lane, MDSP_STEREO_LOW_HZ, bank->rate_hz, false);
    else if (band == MDSP_STEREO_HIGH && MDSP_STEREO_HIGH_HZ < 0.4 * s->rate_hz)
      design_edge (bank, at.lane, MDSP_STEREO_HIGH_HZ, bank->rate_hz, true);
  }
}

void
mdsp_stereo_reset_bands (MdspStereo *s)
{
  for (unsigned i = 0; i < 2; i++)
    memset (&s->bank[i].state, 0, sizeof s->bank[i].state);
  mdsp_decimator_reset (&s->lower);
}

void
mdsp_stereo_process_bands (MdspStereo *s, const float *const planes[2], size_t n_frames)
{
  float low[2][MDSP_MAX_BLOCK + 1 + MDSP_PAD], *const out[2] = { low[0], low[1] };
  MdspStereoBank *bank = s->bank;
  s->kernels->band_products_f64 (&bank[FULL].coef, &bank[FULL].state, planes[0], planes[1],
                                 n_frames);
  for (size_t done = 0, n; done < n_frames; done += n) {
    n = n_frames - done < MDSP_MAX_BLOCK ? n_frames - done : MDSP_MAX_BLOCK;
    const float *const rest[2] = { planes[0] + done, planes[1] + done };
    const size_t n_low = mdsp_decimator_process (&s->lower, rest, n, out);
    s->kernels->band_products_f64 (&bank[LOWER].coef, &bank[LOWER].state, low[0], low[1], n_low);
  }
}

void
mdsp_stereo_take_products (MdspStereo *s, double products[MDSP_STEREO_N_BANDS][3])
{
  for (unsigned band = 0; band < MDSP_STEREO_N_BANDS; band++) {
    const Place at = place_of (band);
    const MdspStereoBank *bank = &s->bank[at.bank];
    const double frames = at.bank == LOWER ? s->lower.step : 1.0;
    for (unsigned i = 0; i < 3; i++)
      products[band][i] = frames * bank->power_gain[at.lane] * bank->state.sums[i][at.lane];
  }
  for (unsigned i = 0; i < 2; i++) {
    MdspBandState *state = &s->bank[i].state;
    double *w = &state->w[0][0][0][0];
    memset (state->sums, 0, sizeof state->sums);
    for (size_t k = 0; k < sizeof state->w / sizeof (double); k++)
      if (fabs (w[k]) < STATE_FLOOR)
        w[k] = 0.0;
  }
}

double
mdsp_stereo_response_db (const MdspStereo *s, unsigned band, double f_hz)
{
  const Place at = place_of (band);
  const MdspStereoBank *bank = &s->bank[at.bank];
  const double before =
      at.bank == LOWER ? mdsp_decimator_power (&s->lower, f_hz / s->rate_hz) : 1.0;
  double sine, cosine;
  mdsp_sincos (2.0 * MDSP_PI * f_hz / bank->rate_hz, &sine, &cosine);
  return mdsp_db_from_power (before * band_power (bank, at.lane, cosine, sine));
}

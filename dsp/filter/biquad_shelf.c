/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Shelves of one and two poles, and the tilt that is made of them. */
#include "filter/biquad_power.h"

/* Vicanek 2019, for a high shelf with 0 dB at 0 Hz: matched at 0.75 of the Nyquist frequency, where
 * the paper takes 0.9: that leaves half the error below 10 kHz. */
static void
one_pole_shelf (MdspBiquad *f, double fc, double gain)
{
  const double fm = 0.75, cos_fm = -0.7071067811865476 /* cos (0.75 pi) */;
  const double phi = 1.0 - cos_fm, c = 2.0 / square (MDSP_PI);
  double alpha = c * (1.0 / (fm * fm) + 1.0 / (gain * fc * fc)) - 1.0 / phi;
  double beta = c * (1.0 / (fm * fm) + gain / (fc * fc)) - 1.0 / phi;
  f->a[0] = -alpha / (1.0 + alpha + sqrt (1.0 + 2.0 * alpha));
  f->a[1] = 0.0;
  double b = -beta / (1.0 + beta + sqrt (1.0 + 2.0 * beta));
  f->b[0] = (1.0 + f->a[0]) / (1.0 + b);
  f->b[1] = b * f->b[0];
  f->b[2] = 0.0;
}

/* |H|^2 of the Butterworth high shelf, fourth powers of the frequencies. */
static double
shelf_power (double f4, double fc4, double gain)
{
  return (fc4 + f4 * gain) / (fc4 + f4 / gain);
}

/* Vicanek 2024, for a high shelf with 0 dB at 0 Hz: exact at 0 Hz, the Nyquist frequency and two
 * frequencies between. fc is relative to Nyquist and may lie above it. */
static void
two_pole_shelf (MdspBiquad *f, double fc, double gain)
{
  const double fc2 = fc * fc, fc4 = fc2 * fc2;
  const double nyquist = shelf_power (1.0, fc4, gain);
  const double x[2] = { fc2 / (0.160 + 1.543 * fc2), fc2 / (0.947 + 3.806 * fc2) };
  double d[2], c1[2], c2[2];
  for (unsigned i = 0; i < 2; i++) {
    double h = shelf_power (x[i] * x[i], fc4, gain), s, c;
    mdsp_sincos (0.5 * MDSP_PI * sqrt (x[i]), &s, &c);
    double phi = s * s;
    d[i] = (h - 1.0) * (1.0 - phi);
    c1[i] = -phi * d[i];
    c2[i] = phi * phi * (nyquist - h);
  }
  double aa = (c2[1] * d[0] - c2[0] * d[1]) / (c1[0] * c2[1] - c2[0] * c1[1]);
  double A1 = (d[0] - c1[0] * aa) / c2[0], B1 = nyquist * A1;
  double A2 = 0.25 * (aa - A1), B2 = 0.25 * (aa - B1);
  double v = 0.5 * (1.0 + sqrt (A1)), w = 0.5 * (1.0 + sqrt (B1));
  double a0 = 0.5 * (v + sqrt (v * v + A2)), b0 = 0.5 * (w + sqrt (w * w + B2));
  f->a[0] = (1.0 - v) / a0;
  f->a[1] = -A2 / (4.0 * a0 * a0);
  f->b[0] = b0 / a0;
  f->b[1] = (1.0 - w) / a0;
  f->b[2] = -B2 / (4.0 * b0 * a0);
}

/* Closer to 0 dB than this both forms are 0 / 0. */
#define LEAST_SHELF_DB 1e-5

static void
shelf (MdspBiquad *f, double frequency_hz, double gain_db, unsigned order, double rate_hz)
{
  double fc = 2.0 * frequency_hz / rate_hz;
  if (fabs (gain_db) < LEAST_SHELF_DB)
    gain_db = gain_db < 0.0 ? -LEAST_SHELF_DB : LEAST_SHELF_DB;
  if (order == 1)
    one_pole_shelf (f, fc, mdsp_lin_from_db (gain_db));
  else
    two_pole_shelf (f, fc, mdsp_lin_from_db (gain_db));
}

static void
scale (MdspBiquad *f, double gain)
{
  for (unsigned i = 0; i < 3; i++)
    f->b[i] *= gain;
}

void
mdsp_biquad_high_shelf (MdspBiquad *f, double frequency_hz, double gain_db, unsigned order,
                        double rate_hz)
{
  shelf (f, frequency_hz, gain_db, order, rate_hz);
}

void
mdsp_biquad_low_shelf (MdspBiquad *f, double frequency_hz, double gain_db, unsigned order,
                       double rate_hz)
{
  shelf (f, frequency_hz, -gain_db, order, rate_hz);
  scale (f, mdsp_lin_from_db (gain_db));
}

/* --- tilt -------------------------------------------------------------------------------------- */

/* Six one-pole high shelves, placed symmetrically about the middle of the band in octaves, and their
 * gains per dB per octave of slope: a least-squares fit to the line over 20 Hz .. 20 kHz at 2.4 dB
 * per octave, 0.015 dB off at most. */
#define TILT_MIDDLE_HZ 632.4555320336759
static const double tilt_octaves[MDSP_TILT_SECTIONS] = { 0.90445896, 2.73067574, 4.7944236 };
static const double tilt_gain[MDSP_TILT_SECTIONS] = { 1.8101986, 1.85667569, 2.48546435 };

/* The shelves stand at 0 dB at 0 Hz, so at half of their sum in the middle of the line. */
double
mdsp_tilt_shelves (MdspTiltShelf shelf[2 * MDSP_TILT_SECTIONS], double pivot_hz, double rise_db)
{
  const double slope = rise_db / MDSP_TILT_OCTAVES;
  double half_db = 0.0;
  for (unsigned i = 0; i < MDSP_TILT_SECTIONS; i++) {
    const double ratio = mdsp_exp2 (tilt_octaves[i]), gain_db = slope * tilt_gain[i];
    shelf[2 * i] = (MdspTiltShelf){ TILT_MIDDLE_HZ / ratio, gain_db };
    shelf[2 * i + 1] = (MdspTiltShelf){ TILT_MIDDLE_HZ * ratio, gain_db };
    half_db += gain_db;
  }
  return -(half_db + slope * mdsp_log2 (pivot_hz / TILT_MIDDLE_HZ));
}

static void
multiply (MdspBiquad *f, const MdspBiquad *g)
{
  MdspBiquad p = { { f->b[0] * g->b[0], f->b[0] * g->b[1] + f->b[1] * g->b[0], f->b[1] * g->b[1] },
                   { f->a[0] + g->a[0], f->a[0] * g->a[0] } };
  *f = p;
}

void
mdsp_biquad_tilt (MdspBiquad f[MDSP_TILT_SECTIONS], double pivot_hz, double rise_db, double rate_hz)
{
  MdspTiltShelf part[2 * MDSP_TILT_SECTIONS];
  const double level_db = mdsp_tilt_shelves (part, pivot_hz, rise_db);
  for (unsigned i = 0; i < MDSP_TILT_SECTIONS; i++) {
    MdspBiquad upper;
    shelf (&f[i], part[2 * i].frequency_hz, part[2 * i].gain_db, 1, rate_hz);
    shelf (&upper, part[2 * i + 1].frequency_hz, part[2 * i + 1].gain_db, 1, rate_hz);
    multiply (&f[i], &upper);
  }
  scale (&f[0], mdsp_lin_from_db (level_db));
}

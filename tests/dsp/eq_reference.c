/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "eq_reference.h"

#include <complex.h>
#include <math.h>
#include <string.h>

typedef struct {
  double b[3], a[3];
} Filter;

static double
sq (double x)
{
  return x * x;
}

/* sin^2 (pi f / rate) */
static double
phi (double f, double rate)
{
  return sq (sin (M_PI * f / rate));
}

/* |c0 + c1/z + c2/z^2|^2 at phi (Vicanek 2016, eq. 15-18). */
static double
power (const double c[3], double p)
{
  return sq (c[0] + c[1] + c[2]) * (1.0 - p) + sq (c[0] - c[1] + c[2]) * p -
         16.0 * c[0] * c[2] * p * (1.0 - p);
}

/* z = exp (s): poles of s^2 + s / q + 1 at f. */
static void
map_poles (Filter *h, double f, double q, double rate)
{
  const double w = 2.0 * M_PI * f / rate, d = 0.5 / q;
  const double complex r = csqrt (d * d - 1.0), z1 = cexp (w * (-d + r)), z2 = cexp (w * (-d - r));
  h->a[0] = 1.0;
  h->a[1] = -creal (z1 + z2);
  h->a[2] = creal (z1 * z2);
}

/* Minimum-phase numerator with the powers B0, B1 at 0 and half the rate and the middle term B2. */
static void
factor (Filter *h, double B0, double B1, double B2)
{
  const double w = 0.5 * (sqrt (B0) + sqrt (B1));
  h->b[0] = 0.5 * (w + sqrt (fmax (w * w + B2, 0.0)));
  h->b[1] = 0.5 * (sqrt (B0) - sqrt (B1));
  h->b[2] = -B2 / (4.0 * h->b[0]);
}

/* The two unknowns of a numerator that follows `target` (|H|^2 x |A|^2) on twelve frequencies up to
 * `top` of the rate, with weights. */
static void
least_squares (double B0, double top, const double target[12], const double weight[12], double *B1,
               double *B2)
{
  double uu = 0, uv = 0, vv = 0, ur = 0, vr = 0;
  for (int j = 0; j < 12; j++) {
    const double p = sq (sin (M_PI * (j + 0.5) / 12.0 * top)), w2 = sq (weight[j]);
    const double u = p, v = 4.0 * p * (1.0 - p), r = target[j] - B0 * (1.0 - p);
    uu += w2 * u * u, uv += w2 * u * v, vv += w2 * v * v, ur += w2 * u * r, vr += w2 * v * r;
  }
  *B1 = (ur * vv - vr * uv) / (uu * vv - uv * uv);
  *B2 = (uu * vr - uv * ur) / (uu * vv - uv * uv);
  if (*B1 < 0.0) {
    *B1 = 0.0;
    *B2 = vr / vv;
  }
}

static void
bell (Filter *h, double f, double gain_db, double q, double rate)
{
  const double gain = pow (10.0, fabs (gain_db) / 20.0), part = (f / rate - 0.02) / 0.04;
  double target[12], weight[12], fit1, fit2;
  map_poles (h, f, q * sqrt (gain), rate);
  const double a0 = sq (1.0 + h->a[1] + h->a[2]), a1 = sq (1.0 - h->a[1] + h->a[2]);
  for (int j = 0; j < 12; j++) {
    const double fj = (j + 0.5) / 12.0 * 0.4535 * rate, x = sq (fj / f);
    const double wanted = (sq (1.0 - x) + x * gain / (q * q)) / (sq (1.0 - x) + x / gain / (q * q));
    target[j] = wanted * power (h->a, phi (fj, rate));
    weight[j] = (fj < 0.25 * rate ? 4.0 : 1.0) / target[j];
  }
  least_squares (a0, 0.4535, target, weight, &fit1, &fit2);
  /* Gain and curvature at the peak (eq. 40-45). */
  const double p1 = phi (f, rate), p0 = 1.0 - p1, g2 = gain * gain;
  const double R1 = g2 * power (h->a, p1),
               R2 = g2 * (a1 - a0 - 16.0 * (p0 - p1) * h->a[2]); /* A2 = -4 a2 */
  const double B2 = (R1 - R2 * p1 - a0) / (4.0 * p1 * p1), B1 = R2 + a0 - 4.0 * (p0 - p1) * B2;
  const double w = fmin (fmax (part, 0.0), 1.0);
  factor (h, a0, fmax (B1 + w * (fit1 - B1), 0.0), B2 + w * (fit2 - B2));
  if (gain_db < 0.0) { /* the boost upside down */
    double c[3];
    memcpy (c, h->b, sizeof c);
    memcpy (h->b, h->a, sizeof c);
    memcpy (h->a, c, sizeof c);
  }
}

/* Vicanek 2019, matched at 0.75 of the Nyquist frequency. */
static void
shelf1 (Filter *h, double f, double gain_db, double rate)
{
  const double G = pow (10.0, gain_db / 20.0), fc = 2.0 * f / rate, fm = 0.75;
  const double pm = 1.0 - cos (M_PI * fm), c = 2.0 / sq (M_PI);
  const double alpha = c * (1.0 / sq (fm) + 1.0 / (G * sq (fc))) - 1.0 / pm;
  const double beta = c * (1.0 / sq (fm) + G / sq (fc)) - 1.0 / pm;
  const double a1 = -alpha / (1.0 + alpha + sqrt (1.0 + 2.0 * alpha));
  const double b = -beta / (1.0 + beta + sqrt (1.0 + 2.0 * beta)), b0 = (1.0 + a1) / (1.0 + b);
  *h = (Filter){ { b0, b * b0, 0.0 }, { 1.0, a1, 0.0 } };
}

/* Vicanek 2024. */
static void
shelf2 (Filter *h, double f, double gain_db, double rate)
{
  const double G = pow (10.0, gain_db / 20.0), fc = 2.0 * f / rate;
#define H2(x) ((pow (fc, 4) + pow (x, 4) * G) / (pow (fc, 4) + pow (x, 4) / G))
  const double hny = H2 (1.0), f1 = fc / sqrt (0.160 + 1.543 * fc * fc),
               f2 = fc / sqrt (0.947 + 3.806 * fc * fc);
  const double h1 = H2 (f1), h2 = H2 (f2), p1 = sq (sin (M_PI * f1 / 2)),
               p2 = sq (sin (M_PI * f2 / 2));
  const double d1 = (h1 - 1) * (1 - p1), d2 = (h2 - 1) * (1 - p2);
  const double c11 = -p1 * d1, c12 = p1 * p1 * (hny - h1), c21 = -p2 * d2,
               c22 = p2 * p2 * (hny - h2);
  const double aa = (c22 * d1 - c12 * d2) / (c11 * c22 - c12 * c21);
  const double A1 = (d1 - c11 * aa) / c12, B1 = hny * A1, A2 = (aa - A1) / 4, B2 = (aa - B1) / 4;
  const double v = (1 + sqrt (A1)) / 2, w = (1 + sqrt (B1)) / 2;
  const double a0 = (v + sqrt (v * v + A2)) / 2, b0 = (w + sqrt (w * w + B2)) / 2;
  *h = (Filter){ { b0 / a0, (1 - w) / a0, -B2 / (4 * b0 * a0) },
                 { 1.0, (1 - v) / a0, -A2 / (4 * a0 * a0) } };
#undef H2
}

static void
shelf (Filter *h, double f, double gain_db, unsigned slope, double rate)
{
  if (slope == 6)
    shelf1 (h, f, gain_db, rate);
  else
    shelf2 (h, f, gain_db, rate);
}

static void
scale (Filter *h, double by)
{
  for (int i = 0; i < 3; i++)
    h->b[i] *= by;
}

static double
butterworth_q (unsigned order, unsigned i)
{
  return 1.0 / (2.0 * cos (M_PI * (order % 2 ? i + 1.0 : i + 0.5) / order));
}

/* Row i of three equations, by Gauss' elimination; diagonally dominant enough to need no pivots. */
static void
eliminate (double e[3][4], double x[3])
{
  for (int i = 0; i < 3; i++)
    for (int k = 0; k < 3; k++)
      for (int j = 3; k != i && j >= i; j--)
        e[k][j] -= e[i][j] * e[k][i] / e[i][i];
  for (int i = 0; i < 3; i++)
    x[i] = e[i][3] / e[i][i];
}

/* Denominators whose powers have the product D = (4 p1)^n (1 + (f / fj)^2n): the analogue poles, each
 * section at its level at the corner; at high corners the one of the least Q, `own`, fits the rest. */
static void
cut_poles (Filter *h, double f, unsigned order, double rate)
{
  const unsigned sections = (order + 1) / 2;
  const double p = phi (f, rate), share = fmin (fmax ((f / rate - 0.02) / 0.04, 0.0), 1.0);
  double e[3][4] = { { 0 } }, fit[3], own[3];
  for (unsigned i = 0; i < sections; i++) {
    const double q = order == 1 ? sqrt (0.5) : butterworth_q (order, i);
    if (order == 1)
      memcpy (h[i].a, (double[3]){ 1.0, -exp (-2.0 * M_PI * f / rate), 0.0 }, sizeof h[i].a);
    else
      map_poles (&h[i], f, q, rate);
    const double level = pow (4.0 * p, order == 1 ? 1.0 : 2.0) / (q * q) / power (h[i].a, p);
    for (int k = 0; k < 3; k++)
      h[i].a[k] *= sqrt (level);
  }
  for (int j = 0; j < 12; j++) {
    const double fj = (j + 0.5) / 12.0 * 0.4535 * rate, pj = phi (fj, rate);
    double target = pow (4.0 * pj, order) * (1.0 + pow (f / fj, 2.0 * order));
    for (unsigned i = 1; i < sections; i++)
      target /= power (h[i].a, pj);
    const double row[4] = { (1.0 - pj) / target, pj / target, 4.0 * pj * (1.0 - pj) / target, 1.0 };
    for (int i = 0; i < 3; i++)
      for (int k = 0; k < 4; k++)
        e[i][k] += row[i] * row[k];
  }
  eliminate (e, fit);
  own[0] = sq (h[0].a[0] + h[0].a[1] + h[0].a[2]);
  own[1] = sq (h[0].a[0] - h[0].a[1] + h[0].a[2]);
  own[2] = -4.0 * h[0].a[0] * h[0].a[2];
  if (share == 0.0)
    return;
  factor (&h[0], own[0] + share * (fit[0] - own[0]), own[1] + share * (fit[1] - own[1]),
          own[2] + share * (fit[2] - own[2]));
  memcpy (h[0].a, h[0].b, sizeof h[0].a);
}

static unsigned
low_cut (Filter *h, double f, unsigned order, double rate)
{
  cut_poles (h, f, order, rate);
  for (unsigned i = 0; i < (order + 1) / 2; i++)
    memcpy (h[i].b, order == 1 ? (double[3]){ 1.0, -1.0, 0.0 } : (double[3]){ 1.0, -2.0, 1.0 },
            sizeof h[i].b);
  return (order + 1) / 2;
}

static unsigned
high_cut (Filter *h, double f, unsigned order, double rate)
{
  static const double s1[3] = { 0.8708921552, 0.1545653610, -0.0254575162 };
  static const double s2[3] = { 0.7563212766, 0.2663517777, -0.0226730543 };
  static const double s4[2][3] = { { 0.7806808459, 0.1728884705, 0.0464306836 },
                                   { 0.7226354247, 0.3494259089, -0.0720613336 } };
  cut_poles (h, f, order, rate);
  for (unsigned i = 0; i < (order + 1) / 2; i++)
    for (int k = 0; k < 3; k++)
      h[i].b[k] = (order == 1   ? s1
                   : order == 2 ? s2
                                : s4[i % 2])[k] *
                  (h[i].a[0] + h[i].a[1] + h[i].a[2]);
  return (order + 1) / 2;
}

/* Zeros on the circle, the lower -3 dB frequency at its place. */
static void
notch (Filter *h, double f, double q, double rate)
{
  const double lower = f * (sqrt (1.0 + 0.25 / (q * q)) - 0.5 / q), w = 2.0 * M_PI * f / rate;
  const double x = tan (M_PI * lower / rate) / tan (M_PI * f / rate);
  const double alpha = 0.5 * sin (w) * (1.0 - x * x) / x;
  *h = (Filter){ { 1.0, -2.0 * cos (w), 1.0 }, { 1.0 + alpha, -2.0 * cos (w), 1.0 - alpha } };
}

/* Six one-pole shelves about the middle of the band, in pairs. */
static void
tilt (Filter h[3], double f, double rise_db, double rate)
{
  static const double octaves[3] = { 0.90445896, 2.73067574, 4.7944236 };
  static const double gain[3] = { 1.8101986, 1.85667569, 2.48546435 };
  const double slope = rise_db / log2 (1000.0), middle = sqrt (20.0 * 20000.0);
  double total = slope * log2 (f / middle);
  for (int i = 0; i < 3; i++) {
    Filter a, b;
    shelf1 (&a, middle / exp2 (octaves[i]), slope * gain[i], rate);
    shelf1 (&b, middle * exp2 (octaves[i]), slope * gain[i], rate);
    for (int k = 0; k < 3; k++) {
      h[i].b[k] = k == 0   ? a.b[0] * b.b[0]
                  : k == 1 ? a.b[0] * b.b[1] + a.b[1] * b.b[0]
                           : a.b[1] * b.b[1];
      h[i].a[k] = k == 0 ? 1.0 : k == 1 ? a.a[1] + b.a[1] : a.a[1] * b.a[1];
    }
    total += slope * gain[i];
  }
  scale (&h[0], pow (10.0, -total / 20.0));
}

/* A shelf of 0 dB is 0 / 0. */
static double
not_flat (double gain_db)
{
  return fabs (gain_db) < 1e-5 ? copysign (1e-5, gain_db) : gain_db;
}

static unsigned
design (const RefBand *band, double rate, Filter h[4])
{
  const double f = exp2 (band->log2_f), q = exp2 (band->log2_q), g = not_flat (band->gain_db);
  switch (band->type) {
    case MDSP_EQ_BELL:
      bell (h, f, band->gain_db, q, rate);
      return 1;
    case MDSP_EQ_LOW_SHELF:
      shelf (h, f, -g, band->slope, rate);
      scale (h, pow (10.0, g / 20.0));
      return 1;
    case MDSP_EQ_HIGH_SHELF:
      shelf (h, f, g, band->slope, rate);
      return 1;
    case MDSP_EQ_LOW_CUT:
      return low_cut (h, f, band->slope / 6, rate);
    case MDSP_EQ_HIGH_CUT:
      return high_cut (h, f, band->slope / 6, rate);
    case MDSP_EQ_NOTCH:
      notch (h, f, q, rate);
      return 1;
    case MDSP_EQ_TILT:
      tilt (h, f, g, rate);
      return 3;
  }
  return 0;
}

/* The same transfer function as a state-variable filter (V. Zavalishin), one step of it. */
static double
section_tick (const Filter *h, double amount, RefState *s, double x)
{
  const double a1 = h->a[1] / h->a[0], a2 = h->a[2] / h->a[0];
  const double b0 = h->b[0] / h->a[0], b1 = h->b[1] / h->a[0], b2 = h->b[2] / h->a[0];
  const double g = sqrt ((1.0 + a1 + a2) / (1.0 - a1 + a2));
  const double k = 2.0 * (1.0 - a2) / (g * (1.0 - a1 + a2)), D = 1.0 + g * k + g * g;
  const double low = (b0 + b1 + b2) * D / (4.0 * g * g), high = (b0 - b1 + b2) * D / 4.0;
  const double band = (b0 - b2) * D / (2.0 * g);
  const double v1 = (s->ic1 + g * (x - s->ic2)) / D, v2 = s->ic2 + g * v1;
  const double y = high * (x - k * v1 - v2) + band * v1 + low * v2;
  s->ic1 = 2.0 * v1 - s->ic1;
  s->ic2 = 2.0 * v2 - s->ic2;
  return x + amount * (y - x);
}

RefBand
ref_band_of (const MdspEqBandParams *p)
{
  return (RefBand){ p->type, p->slope, log2 (p->frequency_hz), p->gain_db, log2 (p->q), 1.0 };
}

void
ref_band_tick (const RefBand *band, double rate, RefState state[][4], double *x,
               unsigned n_channels)
{
  Filter h[4];
  const unsigned n = design (band, rate, h);
  for (unsigned c = 0; c < n_channels; c++)
    for (unsigned i = 0; i < n; i++)
      x[c] = section_tick (&h[i], band->amount, &state[c][i], x[c]);
}

static double
random_01 (uint64_t *state)
{
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (double) (*state >> 11) * 0x1p-53;
}

void
ref_pink_noise (float *x, size_t n, uint64_t seed)
{
  static const double corner[6] = { 0.0006, 0.0025, 0.01, 0.04, 0.16, 0.5 };
  double pole[6] = { 0 };
  for (size_t i = 0; i < n; i++) {
    const double white = random_01 (&seed) - 0.5;
    double sum = 0.0;
    for (int p = 0; p < 6; p++) {
      pole[p] += corner[p] * (white - pole[p]);
      sum += pole[p] / sqrt (corner[p]);
    }
    x[i] = (float) (0.35 * sum);
  }
}

void
ref_detector_init (RefDetector *d, MdspEqType type, double f, double q, double rate)
{
  const double w = 2.0 * M_PI * f / rate, c = cos (w);
  const double alpha = sin (w) / (2.0 * (type == MDSP_EQ_BELL ? q : sqrt (0.5))), a0 = 1.0 + alpha;
  const double k = type == MDSP_EQ_LOW_SHELF ? 1.0 - c : 1.0 + c; /* low-pass, high-pass */
  memset (d, 0, sizeof *d);
  if (type == MDSP_EQ_BELL) {
    d->b[0] = alpha / a0;
    d->b[2] = -alpha / a0;
  } else {
    d->b[0] = d->b[2] = 0.5 * k / a0;
    d->b[1] = (type == MDSP_EQ_LOW_SHELF ? k : -k) / a0;
  }
  d->a[0] = -2.0 * c / a0;
  d->a[1] = (1.0 - alpha) / a0;
}

double
ref_detector_tick (RefDetector *d, double x)
{
  const double y = d->b[0] * x + d->z[0];
  d->z[0] = d->b[1] * x - d->a[0] * y + d->z[1];
  d->z[1] = d->b[2] * x - d->a[1] * y;
  return y;
}

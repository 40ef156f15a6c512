/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Bell, notch, and what all sections share: response and state form. */
#include "filter/biquad_power.h"

static void
invert (MdspBiquad *f)
{
  double b0 = f->b[0], b1 = f->b[1], b2 = f->b[2];
  f->b[0] = 1.0 / b0;
  f->b[1] = f->a[0] / b0;
  f->b[2] = f->a[1] / b0;
  f->a[0] = b1 / b0;
  f->a[1] = b2 / b0;
}

/* --- fitting B1 and B2, B0 being exact at 0 Hz ------------------------------------------------- */

/* Normal equations of the weighted squares of (B0 p0 + B1 p1 + B2 p2) - target. */
typedef struct {
  double m11, m12, m22, r1, r2;
} Fit;

static void
fit_point (Fit *fit, double b0, const Phi *phi, double target, double weight)
{
  double u = phi->p1 * weight, v = phi->p2 * weight, r = (target - b0 * phi->p0) * weight;
  fit->m11 += u * u;
  fit->m12 += u * v;
  fit->m22 += v * v;
  fit->r1 += u * r;
  fit->r2 += v * r;
}

static Power
fit_solve (const Fit *fit, double b0)
{
  double det = fit->m11 * fit->m22 - fit->m12 * fit->m12;
  Power n = { b0, (fit->r1 * fit->m22 - fit->r2 * fit->m12) / det,
              (fit->m11 * fit->r2 - fit->m12 * fit->r1) / det };
  if (n.c1 < 0.0) { /* no power at half the rate is negative: hold it at 0 */
    n.c1 = 0.0;
    n.c2 = fit->r2 / fit->m22;
  }
  return n;
}

/* --- bell -------------------------------------------------------------------------------------- */

/* |H|^2 of the prototype, x = (f / f0)^2. */
static double
bell_power (double x, double gain, double q)
{
  double d = square (1.0 - x), k = x / (q * q);
  return (d + k * gain) / (d + k / gain);
}

/* Gain and curvature of the prototype at its peak (Vicanek 2016, eq. 40-45). */
static Power
bell_closed_form (const Power *a, double gain, const Phi *at)
{
  double g2 = gain * gain, diff = at->p0 - at->p1;
  double r1 = g2 * power_at (a, at), r2 = g2 * (-a->c0 + a->c1 + 4.0 * diff * a->c2);
  double b2 = (r1 - r2 * at->p1 - a->c0) / (4.0 * at->p1 * at->p1);
  return (Power){ a->c0, r2 + a->c0 - 4.0 * diff * b2, b2 };
}

/* Least squares in relative power; below 11 kHz (at 44.1) with four times the weight. */
static Power
bell_fit (const Power *a, double frequency_hz, double gain, double q, double rate_hz)
{
  Fit fit = { 0 };
  for (unsigned j = 0; j < MDSP_FIT_POINTS; j++) {
    Phi phi = phi_of (mdsp_fit_p1[j]);
    double f = (j + 0.5) / MDSP_FIT_POINTS * MDSP_FIT_TOP * rate_hz;
    double target = bell_power (square (f / frequency_hz), gain, q) * power_at (a, &phi);
    fit_point (&fit, a->c0, &phi, target, (f < 0.25 * rate_hz ? 4.0 : 1.0) / target);
  }
  return fit_solve (&fit, a->c0);
}

/* The closed form is exact where it matters at low frequencies and 0.8 dB off at high ones; the fit
 * is the other way round. From FIT_FROM to FIT_TO of the rate one turns into the other. */
#define FIT_FROM 0.02
#define FIT_TO   0.06

static Power
bell_numerator (const Power *a, double frequency_hz, double gain, double q, double rate_hz)
{
  double w = (frequency_hz / rate_hz - FIT_FROM) / (FIT_TO - FIT_FROM);
  Phi at = phi_at (frequency_hz, rate_hz);
  if (w <= 0.0)
    return bell_closed_form (a, gain, &at);
  Power fit = bell_fit (a, frequency_hz, gain, q, rate_hz);
  if (w < 1.0) {
    Power closed = bell_closed_form (a, gain, &at);
    fit.c1 = closed.c1 + w * (fit.c1 - closed.c1);
    fit.c2 = closed.c2 + w * (fit.c2 - closed.c2);
  }
  return fit;
}

void
mdsp_biquad_bell (MdspBiquad *f, double frequency_hz, double gain_db, double q, double rate_hz)
{
  const double f0 = corner (frequency_hz, rate_hz);
  const double gain = mdsp_lin_from_db (fabs (gain_db));
  /* A cut is the inverse of the boost: symmetric, and two to three times more exact. */
  Power a = set_poles (f, f0, q * sqrt (gain), rate_hz);
  if (gain_db == 0.0) {
    f->b[0] = 1.0;
    f->b[1] = f->a[0];
    f->b[2] = f->a[1];
    return;
  }
  Power n = bell_numerator (&a, f0, gain, q, rate_hz);
  factor (f->b, &n);
  if (gain_db < 0.0)
    invert (f);
}
/* --- notch, unity ---- ------------------------------------------------------------------------- */

/* Zeros on the unit circle, 0 dB at 0 Hz and at half the rate: the bilinear form, its width chosen
 * so that the lower -3 dB frequency is the prototype's. */
void
mdsp_biquad_notch (MdspBiquad *f, double frequency_hz, double q, double rate_hz)
{
  const double f0 = corner (frequency_hz, rate_hz), d = 0.5 / q;
  double lower = f0 * (sqrt (1.0 + d * d) - d), s, c;
  double x = mdsp_tan (MDSP_PI * lower / rate_hz) / mdsp_tan (MDSP_PI * f0 / rate_hz);
  mdsp_sincos (2.0 * MDSP_PI * f0 / rate_hz, &s, &c);
  double alpha = 0.5 * s * (1.0 - x * x) / x;
  f->b[0] = f->b[2] = 1.0 / (1.0 + alpha);
  f->b[1] = f->a[0] = -2.0 * c / (1.0 + alpha);
  f->a[1] = (1.0 - alpha) / (1.0 + alpha);
}

void
mdsp_biquad_unity (MdspBiquad *f)
{
  *f = (MdspBiquad){ { 1.0, 0.0, 0.0 }, { 0.0, 0.0 } };
}

/* --- response and state form --------------------------------------------------------------------- */

double
mdsp_biquad_power (const MdspBiquad *f, double frequency_hz, double rate_hz)
{
  Phi phi = phi_at (frequency_hz, rate_hz);
  Power n = power_of (f->b[0], f->b[1], f->b[2]), d = power_of (1.0, f->a[0], f->a[1]);
  return at_least_0 (power_at (&n, &phi)) / power_at (&d, &phi);
}

double
mdsp_biquad_response_db (const MdspBiquad *f, unsigned n, double frequency_hz, double rate_hz)
{
  double db = 0.0;
  for (unsigned i = 0; i < n; i++)
    db += mdsp_db_from_power (mdsp_biquad_power (&f[i], frequency_hz, rate_hz));
  return db;
}

/* Comparing coefficients of the two transfer functions: g and k are those of the integrators and the
 * damping, (low, band, high) the shares of the three outputs. p is twice the band-pass voltage. */
void
mdsp_section_from_biquad (MdspSection *s, const MdspBiquad *f)
{
  double at_0 = 1.0 + f->a[0] + f->a[1], at_top = 1.0 - f->a[0] + f->a[1];
  double g = sqrt (at_0 / at_top), k = 2.0 * (1.0 - f->a[1]) / (g * at_top);
  double d = 1.0 + g * k + g * g;
  double low = (f->b[0] + f->b[1] + f->b[2]) * d / (4.0 * g * g);
  double high = (f->b[0] - f->b[1] + f->b[2]) * d / 4.0;
  double band = (f->b[0] - f->b[2]) * d / (2.0 * g);
  double m1 = band - k * high, m2 = low - high;
  s->t0 = 2.0 / d;
  s->t1 = 2.0 * g / d;
  s->g = g;
  s->m0 = high;
  s->m1 = 0.5 * (m1 + g * m2);
  s->m2 = m2;
}

void
mdsp_section_to_direct (const MdspSection *s, double state[2])
{
  const double difference = s->t1 > 0.0 ? state[0] / s->t1 : 0.0;
  const double sum = s->t1 > 0.0 ? state[1] / (s->t1 * s->g) : 0.0;
  state[0] = 0.5 * (sum + difference);
  state[1] = 0.5 * (sum - difference);
}

void
mdsp_section_from_direct (const MdspSection *s, double state[2])
{
  const double difference = state[0] - state[1], sum = state[0] + state[1];
  state[0] = s->t1 * difference;
  state[1] = s->t1 * s->g * sum;
}

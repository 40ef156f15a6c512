/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Bell, cuts, notch, and what all sections share: response and state form. */
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

#define N_POINTS 12

/* sin^2 (pi x): x = (j + 0.5) / 12 of 0.4535, which is 20 kHz at 44.1 kHz ... */
static const double bell_points[N_POINTS] = {
  0.0035198295932152173, 0.0313818232561557, 0.08554222207005704, 0.1629615961070354,
  0.25929524393210746,   0.3691370131041175, 0.48632268829480924, 0.6042759211741472,
  0.7163772888066395,    0.81633576935344,   0.8985417882181038,  0.9583820220230106
};
/* ... and of 0.47, since a high cut's error grows towards the end of its grid. */
static const double cut_points[N_POINTS] = {
  0.003780288671849162, 0.03368048842845293, 0.09167922241916053, 0.17428172070161974,
  0.2765106896644395,   0.3922062236788836,  0.5143969761841317,  0.6357202249325369,
  0.7488655199563061,   0.8470151818172809,  0.9242551074907517,  0.9759311303765238
};
#define BELL_TOP 0.4535
#define CUT_TOP  0.47

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
  for (unsigned j = 0; j < N_POINTS; j++) {
    Phi phi = phi_of (bell_points[j]);
    double f = (j + 0.5) / N_POINTS * BELL_TOP * rate_hz;
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
  set_zeros (f, &n);
  if (gain_db < 0.0)
    invert (f);
}
/* --- cuts -------------------------------------------------------------------------------------- */

/* 1 / Q of the second-order sections of a Butterworth filter: 2 cos of the poles' angles. */
static double
butterworth_q (unsigned order, unsigned section)
{
  double s, c, k = order % 2 == 0 ? section + 0.5 : section + 1.0;
  mdsp_sincos (MDSP_PI * k / order, &s, &c);
  return 0.5 / c;
}

static Power
set_pole (MdspBiquad *f, double frequency_hz, double rate_hz)
{
  f->a[0] = -mdsp_exp2 (-2.0 * MDSP_PI * frequency_hz / rate_hz * LOG2_E);
  f->a[1] = 0.0;
  return power_of (1.0, f->a[0], 0.0);
}

/* All zeros at 0 Hz, the level matched at the corner (Vicanek 2016, eq. 35). */
unsigned
mdsp_biquad_low_cut (MdspBiquad f[MDSP_CUT_MAX_SECTIONS], double frequency_hz, unsigned order,
                     double rate_hz)
{
  const double f0 = corner (frequency_hz, rate_hz);
  const Phi at = phi_at (f0, rate_hz);
  for (unsigned i = 0; i < order / 2; i++) {
    double q = butterworth_q (order, i);
    Power a = set_poles (&f[i], f0, q, rate_hz);
    double b = q * sqrt (power_at (&a, &at)) / (4.0 * at.p1);
    f[i].b[0] = f[i].b[2] = b;
    f[i].b[1] = -2.0 * b;
  }
  if (order % 2 == 1) {
    MdspBiquad *one = &f[order / 2];
    Power a = set_pole (one, f0, rate_hz);
    one->b[0] = sqrt (0.5 * power_at (&a, &at) / (4.0 * at.p1));
    one->b[1] = -one->b[0];
    one->b[2] = 0.0;
  }
  return (order + 1) / 2;
}

/* |H|^2 of the second-order low-pass prototype. */
static double
low_pass_power (double x, double q)
{
  return 1.0 / (square (1.0 - x) + x / (q * q));
}

/* Errors this far down (in power) count for nothing. */
#define CUT_FLOOR   1e-4
#define LEAST_RATIO 1e-12

/* The level at the corner, a zero at half the rate at most (Vicanek 2016, eq. 29-31). */
static Power
high_cut_closed_form (const Power *a, double q, const Phi *at)
{
  double corner_power = q > 0.0 ? q * q : 0.5;
  double c1 = (corner_power * power_at (a, at) - a->c0 * at->p0) / at->p1;
  return (Power){ a->c0, at_least_0 (c1), 0.0 };
}

/* From the one to the other, as for the bell. Where a steep cut is far down on the whole grid there is
 * nothing to fit, and nothing to mend: an order n stays closed up to 0.005 n of the rate, where the
 * closed form is 0.01 dB off at most. A first order is never that far down. */
static double
share_of_fit (double relative, unsigned order)
{
  const double from = order == 1 ? 0.001 : 0.005 * order, width = order == 1 ? 0.002 : 0.02;
  const double w = (relative - from) / width;
  return w < 1.0 ? w : 1.0;
}

/* One section of a high cut: fits what `wanted` (of the whole cut) is over what the sections before
 * have `done`, and adds itself to that with weight w. q 0: first order. */
static void
high_cut_section (MdspBiquad *f, const Power *a, double q, double w, double f0, double rate_hz,
                  const double wanted[N_POINTS], double done[N_POINTS])
{
  const Phi at = phi_at (f0, rate_hz);
  Fit fit = { 0 };
  double analogue[N_POINTS];
  Power n = high_cut_closed_form (a, q, &at);
  for (unsigned j = 0; w > 0.0 && j < N_POINTS; j++) {
    Phi phi = phi_of (cut_points[j]);
    double x = square ((j + 0.5) / N_POINTS * CUT_TOP * rate_hz / f0);
    analogue[j] = q > 0.0 ? low_pass_power (x, q) : 1.0 / (1.0 + x);
    double target = analogue[j] / done[j] * power_at (a, &phi);
    fit_point (&fit, a->c0, &phi, target, wanted[j] / (wanted[j] + CUT_FLOOR) / target);
  }
  if (w > 0.0) {
    Power fitted = fit_solve (&fit, a->c0);
    n.c1 += w * (fitted.c1 - n.c1);
    n.c2 += w * (fitted.c2 - n.c2);
  }
  set_zeros (f, &n);
  n = power_of (f->b[0], f->b[1], f->b[2]);
  for (unsigned j = 0; w > 0.0 && j < N_POINTS; j++) {
    Phi phi = phi_of (cut_points[j]);
    double ratio = power_at (&n, &phi) / power_at (a, &phi) / analogue[j];
    done[j] *= ratio > LEAST_RATIO ? ratio : LEAST_RATIO; /* a zero on the grid */
  }
}

unsigned
mdsp_biquad_high_cut (MdspBiquad f[MDSP_CUT_MAX_SECTIONS], double frequency_hz, unsigned order,
                      double rate_hz)
{
  const double f0 = corner (frequency_hz, rate_hz), w = share_of_fit (f0 / rate_hz, order);
  double wanted[N_POINTS], done[N_POINTS];
  for (unsigned j = 0; j < N_POINTS; j++) {
    double x = square ((j + 0.5) / N_POINTS * CUT_TOP * rate_hz / f0), power = 1.0;
    for (unsigned i = 0; i < order; i++)
      power *= x;
    wanted[j] = 1.0 / (1.0 + power);
    done[j] = 1.0;
  }
  for (unsigned i = 0; i < order / 2; i++) {
    double q = butterworth_q (order, i);
    Power a = set_poles (&f[i], f0, q, rate_hz);
    high_cut_section (&f[i], &a, q, w, f0, rate_hz, wanted, done);
  }
  if (order % 2 == 1) {
    Power a = set_pole (&f[order / 2], f0, rate_hz);
    high_cut_section (&f[order / 2], &a, 0.0, w, f0, rate_hz, wanted, done);
  }
  return (order + 1) / 2;
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

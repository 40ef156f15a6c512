/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Butterworth cuts of order n. With p1 = sin^2 (w/2), S = 4 p1 / w^2 and x = (w / w0)^2 the
 * prototypes are
 *
 *   low cut:  x^n / (1 + x^n) = (4 p1)^n    / D
 *   high cut: 1 / (1 + x^n)   = w0^2n S^n   / D,     D = (4 p1)^n + w0^2n S^n
 *
 * so one denominator makes both, and neither numerator depends on the corner. (4 p1)^n is all zeros at
 * 0 Hz, exactly. S is smooth and never 0: polynomials in p1 follow its powers (below). The roots of D
 * are the analogue poles by z = exp (s w0), and what their aliases leave over is smooth: at high
 * corners the section with the least Q takes it up. Its power is fitted to D over the other sections,
 * which is a linear problem.
 */
#include "filter/biquad_power.h"

/* --- denominators ------------------------------------------------------------------------------ */

/* Q of the second-order sections of a Butterworth filter: 1 / Q is 2 cos of the poles' angles. */
static double
butterworth_q (unsigned order, unsigned section)
{
  double s, c, k = order % 2 == 0 ? section + 0.5 : section + 1.0;
  mdsp_sincos (MDSP_PI * k / order, &s, &c);
  return 0.5 / c;
}

/* x of M x = v for a symmetric, positive definite M, of which the upper half is read: Cholesky. */
static Power
solve (double m[3][3], const double v[3])
{
  double y[3];
  for (unsigned i = 0; i < 3; i++) {
    y[i] = v[i];
    for (unsigned k = 0; k < i; k++)
      y[i] -= m[k][i] * y[k];
    for (unsigned j = i; j < 3; j++)
      for (unsigned k = 0; k < i; k++)
        m[i][j] -= m[k][i] * m[k][j];
    const double root = sqrt (m[i][i]);
    for (unsigned j = i; j < 3; j++)
      m[i][j] /= root;
    y[i] /= root;
  }
  const double c2 = y[2] / m[2][2], c1 = (y[1] - m[1][2] * c2) / m[1][1];
  return (Power){ (y[0] - m[0][1] * c1 - m[0][2] * c2) / m[0][0], c1, c2 };
}

/* What one section has to be for the product of all to be D: least squares of the relative power.
 * other[] are those of the others, u0 is the corner relative to the rate. */
static Power
fit_last (const Power *other, unsigned n_others, double u0, unsigned order)
{
  double m[3][3] = { { 0.0 } }, v[3] = { 0.0 };
  for (unsigned j = 0; j < MDSP_FIT_POINTS; j++) {
    const Phi phi = phi_of (mdsp_fit_p1[j]);
    const double u = (j + 0.5) / MDSP_FIT_POINTS * MDSP_FIT_TOP;
    double wanted =
        mdsp_to_the (4.0 * phi.p1, order) + mdsp_to_the (4.0 * phi.p1 * square (u0 / u), order);
    for (unsigned i = 0; i < n_others; i++)
      wanted /= power_at (&other[i], &phi);
    const double row[3] = { phi.p0 / wanted, phi.p1 / wanted, phi.p2 / wanted };
    for (unsigned i = 0; i < 3; i++) {
      v[i] += row[i];
      for (unsigned k = i; k < 3; k++)
        m[i][k] += row[i] * row[k];
    }
  }
  return solve (m, v);
}

/* Where the poles as they are give way to the fit, relative to the rate; they are 0.05 dB off at
 * most up to there. */
#define FIT_FROM 0.02
#define FIT_TO   0.06

/* The section's poles as they are, and its share of D: first times its denominator, so that it has the
 * prototype's level at the corner. */
static Power
set_section (MdspBiquad *f, double *first, double frequency_hz, unsigned order, unsigned section,
             double rate_hz)
{
  const Phi at = phi_at (frequency_hz, rate_hz);
  Power a;
  double level;
  if (section < order / 2) {
    const double q = butterworth_q (order, section);
    a = set_poles (f, frequency_hz, q, rate_hz);
    level = square (4.0 * at.p1 / q) / power_at (&a, &at);
  } else {
    f->a[0] = -mdsp_exp2 (-2.0 * MDSP_PI * frequency_hz / rate_hz * LOG2_E);
    f->a[1] = 0.0;
    a = power_of (1.0, f->a[0], 0.0);
    level = 2.0 * 4.0 * at.p1 / power_at (&a, &at);
  }
  *first = sqrt (level);
  return (Power){ level * a.c0, level * a.c1, level * a.c2 };
}

static Power
between (const Power *from, const Power *to, double share)
{
  return (Power){ from->c0 + share * (to->c0 - from->c0), from->c1 + share * (to->c1 - from->c1),
                  from->c2 + share * (to->c2 - from->c2) };
}

/* The poles of all sections, and the factor that makes a section's denominator its share of D. */
static void
set_denominators (MdspBiquad *f, double first[MDSP_CUT_MAX_SECTIONS], double frequency_hz,
                  unsigned order, double rate_hz)
{
  const double u0 = frequency_hz / rate_hz, share = (u0 - FIT_FROM) / (FIT_TO - FIT_FROM);
  const unsigned sections = (order + 1) / 2, last = order % 2 == 1 ? order / 2 : 0; /* least Q */
  Power others[MDSP_CUT_MAX_SECTIONS], own = { 1.0, 1.0, 0.0 };
  unsigned n = 0;
  for (unsigned i = 0; i < sections; i++) {
    const Power a = set_section (&f[i], &first[i], frequency_hz, order, i, rate_hz);
    if (i == last)
      own = a;
    else
      others[n++] = a;
  }
  if (share <= 0.0)
    return;
  const Power fit = fit_last (others, n, u0, order);
  double a[3];
  own = between (&own, &fit, share < 1.0 ? share : 1.0);
  factor (a, &own);
  f[last].a[0] = a[1] / a[0];
  f[last].a[1] = a[2] / a[0];
  first[last] = a[0];
}

/* --- numerators -------------------------------------------------------------------------------- */

unsigned
mdsp_biquad_low_cut (MdspBiquad f[MDSP_CUT_MAX_SECTIONS], double frequency_hz, unsigned order,
                     double rate_hz)
{
  double first[MDSP_CUT_MAX_SECTIONS];
  set_denominators (f, first, corner (frequency_hz, rate_hz), order, rate_hz);
  for (unsigned i = 0; i < (order + 1) / 2; i++) { /* |1 - 1/z|^2 = 4 p1 */
    const bool two = i < order / 2;
    f[i].b[0] = 1.0 / first[i];
    f[i].b[1] = (two ? -2.0 : -1.0) / first[i];
    f[i].b[2] = (two ? 1.0 : 0.0) / first[i];
  }
  return (order + 1) / 2;
}

/* S^4 as a product of two, S^2, and S for what is left of an odd order: the polynomials in p1 that are
 * the least off up to 0.4535 of the rate in relative power (a linear programme), 0.03, 0.15 and
 * 0.12 dB, factored into minimum-phase numerators with 1 at 0 Hz. */
static const double s4[2][3] = { { 0.7806808459, 0.1728884705, 0.0464306836 },
                                 { 0.7226354247, 0.3494259089, -0.0720613336 } };
static const double s2[3] = { 0.7563212766, 0.2663517777, -0.0226730543 };
static const double s1[3] = { 0.8708921552, 0.1545653610, -0.0254575162 };

static const double *
high_cut_numerator (unsigned order, unsigned section)
{
  if (section < order / 4 * 2)
    return s4[section % 2];
  return section < order / 2 ? s2 : s1;
}

unsigned
mdsp_biquad_high_cut (MdspBiquad f[MDSP_CUT_MAX_SECTIONS], double frequency_hz, unsigned order,
                      double rate_hz)
{
  double first[MDSP_CUT_MAX_SECTIONS];
  set_denominators (f, first, corner (frequency_hz, rate_hz), order, rate_hz);
  for (unsigned i = 0; i < (order + 1) / 2; i++) { /* each is 1 at 0 Hz, as the whole is */
    const double *numerator = high_cut_numerator (order, i);
    const double at_0 = 1.0 + f[i].a[0] + f[i].a[1];
    for (unsigned k = 0; k < 3; k++)
      f[i].b[k] = numerator[k] * at_0;
  }
  return (order + 1) / 2;
}

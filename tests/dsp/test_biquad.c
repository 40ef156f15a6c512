/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The equaliser's designs against the analogue prototypes of biquad.h, evaluated with libm. Prints
 * the table of docs/numerics.md; with that file as argument, fails when it says something else. */
#include "check_document.h"
#include "filter/biquad.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef double complex Z;
typedef enum { BELL, SHELF1, SHELF2, LOW_CUT, HIGH_CUT, NOTCH } Kind;

static const double all_rates[] = { 8000, 44100, 48000, 96000, 192000, 384000 };

/* The prototypes of biquad.h at s = j f / f0, in dB. */
static double
prototype_db (Kind kind, double f, double f0, double gain_db, double q, unsigned order)
{
  const double gain = pow (10.0, gain_db / 20.0), a = sqrt (gain), x = f / f0;
  const Z s = I * x;
  switch (kind) {
    case BELL:
      return 20.0 * log10 (cabs ((s * s + s * a / q + 1.0) / (s * s + s / (a * q) + 1.0)));
    case SHELF1:
      return 20.0 * log10 (cabs ((1.0 + s * a) / (1.0 + s / a)));
    case SHELF2:
      return 10.0 * log10 ((1.0 + pow (x, 4) * gain) / (1.0 + pow (x, 4) / gain));
    case LOW_CUT:
      return -10.0 * log10 (1.0 + pow (x, -2.0 * order));
    case HIGH_CUT:
      return -10.0 * log10 (1.0 + pow (x, 2.0 * order));
    case NOTCH:
      return 20.0 * log10 (cabs ((s * s + 1.0) / (s * s + s / q + 1.0)));
  }
  return NAN;
}

static unsigned
design (MdspBiquad *b, Kind kind, double f0, double gain_db, double q, unsigned order, double rate)
{
  switch (kind) {
    case BELL:
      mdsp_biquad_bell (b, f0, gain_db, q, rate);
      return 1;
    case SHELF1:
    case SHELF2:
      mdsp_biquad_high_shelf (b, f0, gain_db, kind == SHELF1 ? 1 : 2, rate);
      return 1;
    case LOW_CUT:
      return mdsp_biquad_low_cut (b, f0, order, rate);
    case HIGH_CUT:
      return mdsp_biquad_high_cut (b, f0, order, rate);
    case NOTCH:
      mdsp_biquad_notch (b, f0, q, rate);
      return 1;
  }
  return 0;
}

static double
digital_db (const MdspBiquad *b, unsigned n, double f, double rate)
{
  const Z z = cexp (-2.0 * I * M_PI * f / rate);
  Z h = 1.0;
  for (unsigned i = 0; i < n; i++)
    h *= (b[i].b[0] + z * (b[i].b[1] + z * b[i].b[2])) / (1.0 + z * (b[i].a[0] + z * b[i].a[1]));
  return 20.0 * log10 (cabs (h));
}

/* Largest errors over 20 Hz .. 10 kHz and .. 20 kHz (or 0.4535 of the rate), where the prototype is
 * above floor_db. */
typedef struct {
  double to_10k, to_20k;
} Errors;

static void
widen (Errors *e, const MdspBiquad *b, unsigned n, double rate, Kind kind, double f0,
       double gain_db, double q, unsigned order, double floor_db)
{
  for (int i = 0; i <= 300; i++) {
    const double f = 20.0 * pow (1000.0, i / 300.0);
    const double wanted = prototype_db (kind, f, f0, gain_db, q, order);
    if (wanted < floor_db || f > 0.4536 * rate)
      continue;
    const double error = fabs (digital_db (b, n, f, rate) - wanted);
    e->to_20k = fmax (e->to_20k, error);
    if (f <= 10000.0)
      e->to_10k = fmax (e->to_10k, error);
  }
}

static Errors
errors_at (Kind kind, unsigned order, double f0, double rate)
{
  static const double qs[] = { 0.5, 0.7, 1.0, 2.0, 4.0 };
  const bool has_q = kind == BELL || kind == NOTCH, has_gain = kind <= SHELF2;
  Errors e = { 0.0, 0.0 };
  for (unsigned i = 0; i < (has_q ? 5 : 1); i++)
    for (int g = -6; g <= 6; g += has_gain ? 3 : 20) {
      MdspBiquad b[4];
      if (g == 0)
        continue;
      unsigned n = design (b, kind, f0, g, qs[i], order, rate);
      widen (&e, b, n, rate, kind, f0, g, qs[i], order, -40.0);
    }
  return e;
}

static void
table_row (const char *name, Kind kind, unsigned order, double limit_10k, double limit_20k)
{
  static const double f0s[] = {
    20, 100, 1000, 3000, 5000, 8000, 10000, 12000, 15000, 18000, 20000
  };
  for (unsigned r = 1; r < 3; r++) {
    char line[400];
    int at = snprintf (line, sizeof line, "| %s | %.1f |", name, all_rates[r] / 1000.0);
    for (unsigned i = 0; i < sizeof f0s / sizeof f0s[0]; i++) {
      Errors e = errors_at (kind, order, f0s[i], all_rates[r]);
      at += snprintf (line + at, sizeof line - (size_t) at, " %.2f / %.2f |", e.to_10k, e.to_20k);
      CHECK (e.to_10k <= limit_10k && e.to_20k <= limit_20k, "%s at %g Hz, rate %g: %g, %g", name,
             f0s[i], all_rates[r], e.to_10k, e.to_20k);
    }
    check_document_line (line);
  }
}

static void
responses_follow_the_prototypes (void)
{
  static const unsigned slopes[] = { 6, 12, 24, 48 };
  check_document_line ("| | kHz | 20 Hz | 100 | 1k | 3k | 5k | 8k | 10k | 12k | 15k | 18k | 20k |");
  table_row ("bell", BELL, 0, 0.1, 0.5);
  table_row ("shelf, 6 dB/oct", SHELF1, 0, 0.1, 0.5);
  table_row ("shelf, 12 dB/oct", SHELF2, 0, 0.1, 0.5);
  for (Kind kind = LOW_CUT; kind <= HIGH_CUT; kind++)
    for (unsigned i = 0; i < 4; i++) {
      char name[40];
      snprintf (name, sizeof name, "%s, %u dB/oct", kind == LOW_CUT ? "low cut" : "high cut",
                slopes[i]);
      table_row (name, kind, slopes[i] / 6, 0.2, 0.4);
    }
}

/* Between the table's corners, of every order and at every rate that has 20 kHz. */
static void
cuts_follow_at_every_corner (void)
{
  for (unsigned r = 1; r < 6; r++)
    for (Kind kind = LOW_CUT; kind <= HIGH_CUT; kind++)
      for (unsigned order = 1; order <= 8; order++)
        for (int i = 0; i <= 120; i++) {
          const double f0 = 20.0 * pow (1000.0, i / 120.0);
          const Errors e = errors_at (kind, order, f0, all_rates[r]);
          CHECK (e.to_20k <= 0.4, "%s of order %u at %g Hz, rate %g: %g dB off",
                 kind == LOW_CUT ? "low cut" : "high cut", order, f0, all_rates[r], e.to_20k);
        }
}

/* Above the audible band there is room: at 96 kHz and more every bell and shelf is closer. */
static void
high_rates_are_closer (void)
{
  for (unsigned r = 3; r < 6; r++)
    for (Kind kind = BELL; kind <= SHELF2; kind++)
      for (double f0 = 20.0; f0 < 20001.0; f0 *= 1.995262315) {
        Errors e = errors_at (kind, 0, f0, all_rates[r]);
        CHECK (e.to_10k <= 0.1 && e.to_20k <= 0.2, "kind %d, %g Hz, rate %g: %g, %g", kind, f0,
               all_rates[r], e.to_10k, e.to_20k);
      }
}

/* The low shelf (which is a mirror) and the notch's centre and lower -3 dB frequency. */
static void
other_designs (void)
{
  for (unsigned order = 1; order <= 2; order++)
    for (int g = -12; g <= 12; g += 6) {
      MdspBiquad low;
      mdsp_biquad_low_shelf (&low, 200.0, g, order, 48000.0);
      for (double f = 20.0; f < 20000.0; f *= 1.3) {
        double wanted = g + prototype_db (order == 1 ? SHELF1 : SHELF2, f, 200.0, -g, 0, 0);
        double got = digital_db (&low, 1, f, 48000.0);
        CHECK (fabs (got - wanted) < 0.02, "low shelf %u %d dB at %g: %g, not %g", order, g, f, got,
               wanted);
      }
    }
  for (double f0 = 30.0; f0 < 20000.0; f0 *= 2.0)
    for (double q = 0.5; q < 33.0; q *= 2.0) {
      MdspBiquad notch;
      const double d = 0.5 / q, lower = f0 * (sqrt (1.0 + d * d) - d);
      mdsp_biquad_notch (&notch, f0, q, 48000.0);
      CHECK (digital_db (&notch, 1, f0, 48000.0) < -120.0, "notch at %g", f0);
      CHECK (fabs (digital_db (&notch, 1, lower, 48000.0) + 10.0 * log10 (2.0)) < 1e-6,
             "notch %g q %g: edge at %g dB", f0, q, digital_db (&notch, 1, lower, 48000.0));
    }
}

static void
tilt_is_a_line (void)
{
  for (unsigned r = 1; r < 6; r++)
    for (int rise = -24; rise <= 24; rise += 6)
      for (double pivot = 100.0; pivot < 10000.0; pivot *= 3.0) {
        MdspBiquad b[MDSP_TILT_SECTIONS];
        double worst = 0.0;
        mdsp_biquad_tilt (b, pivot, rise, all_rates[r]);
        for (double f = 20.0; f <= 20000.0; f *= 1.05) {
          double wanted = rise * log2 (f / pivot) / log2 (1000.0);
          worst = fmax (worst, fabs (digital_db (b, MDSP_TILT_SECTIONS, f, all_rates[r]) - wanted));
        }
        CHECK (worst <= (abs (rise) <= 12 ? 0.1 : 0.2),
               "tilt %d dB about %g Hz, rate %g: %g dB off", rise, pivot, all_rates[r], worst);
      }
}

/* A boost and a cut of the same bell undo each other. */
static void
bells_are_symmetric (void)
{
  for (double f0 = 20.0; f0 < 24000.0; f0 *= 1.7)
    for (double q = 0.1; q < 40.0; q *= 2.0) {
      MdspBiquad up, down;
      mdsp_biquad_bell (&up, f0, 9.0, q, 44100.0);
      mdsp_biquad_bell (&down, f0, -9.0, q, 44100.0);
      for (double f = 20.0; f < 22050.0; f *= 1.2) {
        double sum = digital_db (&up, 1, f, 44100.0) + digital_db (&down, 1, f, 44100.0);
        CHECK (fabs (sum) < 1e-6, "%g Hz q %g: %g dB at %g Hz", f0, q, sum, f);
      }
    }
}

static bool
inside_circle (double c1, double c2, double limit)
{
  return c2 < limit && fabs (c1) < 1.0 + c2 + (limit - 1.0);
}

/* Whatever legal numbers come in: finite, stable, minimum phase. */
static void
extremes_are_stable (void)
{
  static const double gains[] = { -24, -12, -1e-4, -1e-7, 0, 1e-7, 1e-4, 3, 24 };
  for (unsigned r = 0; r < 6; r++)
    for (double f0 = 10.0; f0 < 48000.0; f0 *= 1.6)
      for (double q = 0.1; q < 41.0; q *= 2.0)
        for (unsigned g = 0; g < 9; g++)
          for (Kind kind = BELL; kind <= NOTCH; kind++)
            for (unsigned order = 1; order <= (kind == LOW_CUT || kind == HIGH_CUT ? 8 : 1);
                 order++) {
              MdspBiquad b[4];
              if (kind > SHELF2 && g > 0)
                continue;
              unsigned n = design (b, kind, f0, gains[g], q, order, all_rates[r]);
              for (unsigned i = 0; i < n; i++) {
                double sum = b[i].b[0] + b[i].b[1] + b[i].b[2] + b[i].a[0] + b[i].a[1];
                CHECK (isfinite (sum) && inside_circle (b[i].a[0], b[i].a[1], 1.0) &&
                           inside_circle (b[i].b[1] / b[i].b[0], b[i].b[2] / b[i].b[0], 1.0 + 1e-9),
                       "kind %d, %g Hz, %g dB, q %g, order %u, rate %g: %g %g %g, %g %g", kind, f0,
                       gains[g], q, order, all_rates[r], b[i].b[0], b[i].b[1], b[i].b[2], b[i].a[0],
                       b[i].a[1]);
              }
            }
}

/* Largest step of |H| from one corner frequency to the next, on a grid of frequencies. */
static double
largest_step (Kind kind, double gain_db, double q, unsigned order, double rate)
{
  double before[40], worst = 0.0;
  for (double f0 = 10.0; f0 < 0.5 * rate; f0 *= 1.002) {
    MdspBiquad b[4];
    const unsigned n = design (b, kind, f0, gain_db, q, order, rate);
    for (unsigned i = 0; i < 40; i++) {
      const double h = pow (10.0, digital_db (b, n, 0.45 * rate * pow (0.75, i), rate) / 20.0);
      if (f0 > 10.0 && !(fabs (h - before[i]) <= worst))
        worst = fabs (h - before[i]); /* NaN too */
      before[i] = h;
    }
  }
  return worst;
}

/* A corner that moves by 0.2 % moves |H| by 8 x 0.385 x 0.002 = 0.006 at most (48 dB/oct at its
 * steepest), by 2 Q x 0.002 = 0.008 for a notch of Q 2; no closed form or fit jumps or breaks. */
static void
sweeps_are_smooth (void)
{
  for (unsigned r = 1; r < 3; r++)
    for (Kind kind = BELL; kind <= NOTCH; kind++)
      for (unsigned order = 1; order <= (kind == LOW_CUT || kind == HIGH_CUT ? 8 : 1); order++)
        for (int g = -12; g <= (kind <= SHELF2 ? 12 : -12); g += 24) {
          const double step = largest_step (kind, g, 2.0, order, all_rates[r]);
          CHECK (step < 0.03, "kind %d, order %u, %d dB, rate %g: a step of %g", kind, order, g,
                 all_rates[r], step);
        }
}

/* The state form's impulse response against the direct form in long double. */
static void
state_form_is_the_same_filter (void)
{
  uint64_t seed = 5;
  for (unsigned trial = 0; trial < 400; trial++) {
    MdspBiquad b[4];
    MdspSection s;
    Kind kind = (Kind) (trial % 6);
    double f0 = 20.0 * pow (1000.0, check_random (&seed)), q = 0.3 + 8.0 * check_random (&seed);
    design (b, kind, f0, 24.0 * check_random (&seed) - 12.0, q, 1 + trial % 2, 48000.0);
    mdsp_section_from_biquad (&s, &b[0]);
    double state[2] = { 0.0, 0.0 }, worst = 0.0;
    long double z[2] = { 0.0L, 0.0L };
    for (int i = 0; i < 4000; i++) {
      const double x = i == 0;
      const long double y = b[0].b[0] * x + z[0];
      z[0] = b[0].b[1] * x - b[0].a[0] * y + z[1];
      z[1] = b[0].b[2] * x - b[0].a[1] * y;
      worst = fmax (worst, fabs ((double) (mdsp_section_tick (&s, state, x) - y)));
    }
    /* 4000 roundings of coefficients whose g is known to 2^-52 / w0^2 */
    CHECK (worst < 1e-9, "kind %d at %g Hz: %g", kind, f0, worst);
  }
  MdspBiquad unity;
  MdspSection s;
  mdsp_biquad_unity (&unity);
  mdsp_section_from_biquad (&s, &unity);
  double state[2] = { 0.0, 0.0 };
  for (int i = 0; i < 100; i++) {
    double x = check_random (&seed) - 0.5;
    CHECK (mdsp_section_tick (&s, state, x) == x, "unity is not exact");
  }
}

/* The core's own evaluation is what tests above measured with libm. */
static void
response_is_the_response (void)
{
  for (double f0 = 20.0; f0 < 20000.0; f0 *= 2.3) {
    MdspBiquad b[4];
    unsigned n = mdsp_biquad_low_cut (b, f0, 8, 44100.0);
    for (double f = f0 / 4.0; f < 20000.0; f *= 1.4) {
      double got = mdsp_biquad_response_db (b, n, f, 44100.0);
      double wanted = digital_db (b, n, f, 44100.0);
      CHECK (fabs (got - wanted) < 1e-4, "%g Hz at %g: %g, not %g", f0, f, got, wanted);
    }
  }
}

/* The check itself: the bilinear bell and cuts (R. Bristow-Johnson's cookbook) must not pass as
 * matched. */
static void
notices_the_bilinear_bell (void)
{
  const double w = 2.0 * M_PI * 12000.0 / 48000.0, a = pow (10.0, 6.0 / 40.0);
  const double alpha = sin (w) / 2.0, a0 = 1.0 + alpha / a;
  MdspBiquad b = { { (1.0 + alpha * a) / a0, -2.0 * cos (w) / a0, (1.0 - alpha * a) / a0 },
                   { -2.0 * cos (w) / a0, (1.0 - alpha / a) / a0 } };
  Errors e = { 0.0, 0.0 };
  widen (&e, &b, 1, 48000.0, BELL, 12000.0, 6.0, 1.0, 0, -40.0);
  CHECK (e.to_20k > 1.0, "the bilinear bell is off by %g dB only?", e.to_20k);
}

static void
notices_the_bilinear_cuts (void)
{
  const double w = 2.0 * M_PI * 12000.0 / 48000.0, alpha = sin (w) * sqrt (0.5);
  for (int sign = -1; sign <= 1; sign += 2) {
    const double k = (1.0 + sign * cos (w)) / (1.0 + alpha);
    const MdspBiquad b = { { 0.5 * k, -sign * k, 0.5 * k },
                           { -2.0 * cos (w) / (1.0 + alpha), (1.0 - alpha) / (1.0 + alpha) } };
    Errors e = { 0.0, 0.0 };
    widen (&e, &b, 1, 48000.0, sign > 0 ? LOW_CUT : HIGH_CUT, 12000.0, 0.0, 0.0, 2, -40.0);
    CHECK (e.to_20k > 1.0, "the bilinear cut is off by %g dB only?", e.to_20k);
  }
}

int
main (int argc, char **argv)
{
  check_document_open (argc, argv);
  responses_follow_the_prototypes ();
  high_rates_are_closer ();
  cuts_follow_at_every_corner ();
  other_designs ();
  tilt_is_a_line ();
  bells_are_symmetric ();
  extremes_are_stable ();
  sweeps_are_smooth ();
  state_form_is_the_same_filter ();
  response_is_the_response ();
  notices_the_bilinear_bell ();
  notices_the_bilinear_cuts ();
  check_document_close ();
  return check_failures == 0 ? 0 : 1;
}

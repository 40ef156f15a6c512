/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The ear against curves that were planted: analogue prototypes in closed form, in double by libm.
 *
 *   test_tone          all checks
 *   test_tone --crc    a CRC over many plans, the same on every machine (aarch64.sh compares)
 */
#include "check.h"
#include "crc32.h"
#include "decide/tone.h"
#include "decide/tone_fit.h"
#include "decide/tone_problem.h"
#include "decide/tone_response.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BANDS MDSP_TONE_BANDS
#define RATE  48000.0

static const MdspToneLimits limits = { 3.0, 3.0, 4.0, 5.0 };
static const bool nothing_empty[BANDS];

/* A target as sloping as music is, its tolerance as wide as its neighbours' in reality. */
static void
make_target (MdspToneTarget *t)
{
  t->first = 5;
  t->last = 28;
  for (unsigned b = 0; b < BANDS; b++) {
    const double octaves = log2 (mdsp_spectrum_centre_hz (b) / 1000.0);
    t->level_db[b] = -1.5 * octaves - 0.2 * octaves * octaves;
    t->tolerance_db[b] = 2.5;
  }
}

static MdspSpectrumReading
on_target (const MdspToneTarget *t, double level_db)
{
  MdspSpectrumReading s = { .n_bands = 30, .gated_s = 60.0 };
  for (unsigned b = 0; b < BANDS; b++)
    s.level_db[b] = b < s.n_bands ? t->level_db[b] + level_db : -HUGE_VAL;
  return s;
}

/* (s^2 + s A/Q + 1) / (s^2 + s/(A Q) + 1), A^2 = gain, in dB. */
static double
bell_db (double hz, double f0, double gain_db, double q)
{
  const double x = hz / f0, a = pow (10.0, gain_db / 40.0), y = (1.0 - x * x) * (1.0 - x * x);
  return 10.0 * log10 ((y + x * x * a * a / (q * q)) / (y + x * x / (a * a * q * q)));
}

/* |H|^2 = (1 + x^4 A^2) / (1 + x^4 / A^2), A^2 = gain as above. */
static double
high_shelf_db (double hz, double f0, double gain_db)
{
  const double x4 = pow (hz / f0, 4.0), a = pow (10.0, gain_db / 40.0);
  return 10.0 * log10 ((1.0 + x4 * a * a) / (1.0 + x4 / (a * a)));
}

static MdspTonePlan
plan_for (const MdspSpectrumReading *s, const MdspToneTarget *t, const MdspToneParams *p)
{
  MdspTonePlan plan;
  CHECK (mdsp_tone_plan (s, t, nothing_empty, p, &plan) == MDSP_OK, "status");
  return plan;
}

static const MdspToneParams usual = { 0.5, 2.0, RATE, false };

static bool
has_problem (const MdspTonePlan *plan, const MdspToneTarget *t, MdspToneProblemKind kind)
{
  MdspToneProblem found[MDSP_TONE_PROBLEM_KINDS];
  const unsigned n = mdsp_tone_find_problems (&plan->before, t, &limits, found);
  for (unsigned i = 0; i < n; i++)
    if (found[i].kind == kind)
      return true;
  return false;
}

static unsigned
n_problems (const MdspTonePlan *plan, const MdspToneTarget *t)
{
  MdspToneProblem found[MDSP_TONE_PROBLEM_KINDS];
  return mdsp_tone_find_problems (&plan->before, t, &limits, found);
}

/* What a plan may never do. Returns how many rules it breaks. */
static unsigned
broken_rules (const MdspTonePlan *plan, const MdspToneParams *p)
{
  const unsigned n = plan->n_bands - plan->has_level;
  double total[BANDS] = { 0.0 }, one[BANDS];
  unsigned broken = plan->n_bands > MDSP_EQ_BANDS;
  for (unsigned i = 0; i < n; i++) {
    const MdspEqBandParams *eq = &plan->band[i];
    const bool bell = eq->type == MDSP_EQ_BELL;
    broken += !eq->enabled || fabs (eq->gain_db) > p->max_move_db;
    broken += bell && (eq->frequency_hz < 40.0 || eq->frequency_hz > 14000.0);
    broken += bell && (eq->q < 0.5 || eq->q > (p->max_move_db > 3.0 ? 6.0 : 1.2));
    broken += bell && eq->frequency_hz / eq->q < 9.9; /* Hz wide; both are rounded */
    broken += i > 0 && eq->frequency_hz < plan->band[i - 1].frequency_hz;
    mdsp_tone_band_response (eq, p->rate_hz, one);
    for (unsigned b = 0; b < BANDS; b++)
      total[b] += one[b];
  }
  /* gains are rounded towards zero, in steps of 0.01 dB; frequencies and Qs to 0.5 % */
  for (unsigned b = 0; b < BANDS; b++)
    broken += fabs (total[b]) > p->max_move_db * 1.02;
  for (unsigned i = plan->n_bands; i < MDSP_EQ_BANDS; i++)
    broken += plan->band[i].enabled;
  return broken;
}

static void
test_nothing_to_do (void)
{
  MdspToneTarget t;
  make_target (&t);
  for (double level = -60.0; level <= 0.0; level += 15.0) {
    const MdspSpectrumReading s = on_target (&t, level);
    const MdspTonePlan plan = plan_for (&s, &t, &usual);
    CHECK (plan.n_bands == 0 && n_problems (&plan, &t) == 0, "%u bands", plan.n_bands);
    CHECK (plan.before.distance_rms_db < 1e-9 && plan.before.outside_rms_db < 1e-9, "distance %g",
           plan.before.distance_rms_db);
    CHECK (plan.before.n_judged == 24, "%u judged", plan.before.n_judged);
  }
  /* within the tolerance: seen, and left alone */
  MdspSpectrumReading s = on_target (&t, -20.0);
  for (unsigned b = 10; b < 15; b++)
    s.level_db[b] += 2.4;
  const MdspTonePlan plan = plan_for (&s, &t, &usual);
  CHECK (plan.n_bands == 0 && plan.before.distance_rms_db > 0.5, "%u bands", plan.n_bands);
}

typedef struct {
  double f0, gain_db, q; /* q 0: a high shelf */
  MdspToneProblemKind kind;
} Fault;

static const Fault faults[] = {
  { 300.0, 6.0, 1.0, MDSP_TONE_MUDDY },    { 400.0, 9.0, 1.0, MDSP_TONE_BOXY },
  { 6000.0, -8.0, 0.0, MDSP_TONE_DULL },   { 6000.0, 8.0, 0.0, MDSP_TONE_BRIGHT },
  { 60.0, 9.0, 0.7, MDSP_TONE_BOOMY },     { 100.0, -9.0, 0.5, MDSP_TONE_THIN },
  { 3200.0, 8.0, 1.0, MDSP_TONE_HARSH },   { 3200.0, -12.0, 1.0, MDSP_TONE_VEILED },
  { 700.0, -12.0, 0.7, MDSP_TONE_HOLLOW }, { 1000.0, 12.0, 1.2, MDSP_TONE_NASAL },
};

static MdspSpectrumReading
with_fault (const MdspToneTarget *t, const Fault *fault)
{
  MdspSpectrumReading s = on_target (t, -20.0);
  for (unsigned b = 0; b < s.n_bands; b++) {
    const double hz = mdsp_spectrum_centre_hz (b);
    s.level_db[b] += fault->q > 0.0 ? bell_db (hz, fault->f0, fault->gain_db, fault->q)
                                    : high_shelf_db (hz, fault->f0, fault->gain_db);
  }
  return s;
}

static void
test_planted_faults (void)
{
  MdspToneTarget t;
  make_target (&t);
  for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
    const Fault *f = &faults[i];
    const MdspSpectrumReading s = with_fault (&t, f);
    const MdspTonePlan plan = plan_for (&s, &t, &usual);
    const unsigned at = mdsp_tone_band_of (f->q > 0.0 ? f->f0 : 2.0 * f->f0);
    CHECK (has_problem (&plan, &t, f->kind), "fault %u is not named", i);
    CHECK (plan.n_bands > 0 && plan.response_db[at] * f->gain_db < 0.0, "fault %u: %g dB", i,
           plan.response_db[at]);
    CHECK (plan.predicted.outside_rms_db < plan.before.outside_rms_db, "fault %u: %g", i,
           plan.predicted.outside_rms_db);
    CHECK (broken_rules (&plan, &usual) == 0, "fault %u breaks rules", i);
    for (unsigned k = 0; k < plan.n_bands - plan.has_level; k++) /* one fault, one direction */
      CHECK (plan.band[k].gain_db * f->gain_db < 0.0, "fault %u: band %u goes %g dB", i, k,
             plan.band[k].gain_db);
    /* the third of it is no fault: not named */
    Fault small = *f;
    small.gain_db /= 3.0;
    const MdspSpectrumReading near = with_fault (&t, &small);
    const MdspTonePlan little = plan_for (&near, &t, &usual);
    CHECK (!has_problem (&little, &t, f->kind), "a third of fault %u is named", i);
  }
}

/* Half of what is outside: the share and the cap, where they can be told in closed form. */
static void
test_amount_and_cap (void)
{
  MdspToneTarget t;
  make_target (&t);
  MdspSpectrumReading s = on_target (&t, 0.0);
  for (unsigned b = 22; b < 30;
       b++) /* a step of 6 dB, 3.5 of it outside, too wide to be smoothed */
    s.level_db[b] += 6.0;
  const double amounts[] = { 0.0, 0.25, 0.5, 1.0 };
  for (unsigned i = 0; i < 4; i++)
    for (double cap = 0.0; cap <= 3.0; cap += 1.0) {
      const MdspToneParams p = { amounts[i], cap, RATE, false };
      const MdspTonePlan plan = plan_for (&s, &t, &p);
      const double wanted = fmin (3.5 * amounts[i], cap);
      const double level = plan.response_db[15]; /* what made up for the loudness */
      const double got = -(plan.response_db[26] - level);
      CHECK (fabs (got - wanted) < 0.15 + 0.1 * wanted, "amount %g cap %g: %g, not %g", amounts[i],
             cap, got, wanted);
      CHECK (broken_rules (&plan, &p) == 0, "amount %g cap %g", amounts[i], cap);
      if (plan.n_bands > 0) { /* the checker itself */
        MdspTonePlan wrong = plan;
        wrong.band[0].gain_db = 2.0 * cap + 0.1;
        CHECK (broken_rules (&wrong, &p) > 0, "a move over the cap is not noticed");
        wrong = plan;
        wrong.band[0].type = MDSP_EQ_BELL;
        wrong.band[0].q = 9.0;
        CHECK (broken_rules (&wrong, &p) > 0, "a sharp band is not noticed");
        const MdspToneParams narrow = { 1.0, 12.0, RATE, true };
        wrong.band[0] = (MdspEqBandParams){
          .enabled = true, .type = MDSP_EQ_BELL, .frequency_hz = 40.0, .q = 5
        };
        wrong.n_bands = 1;
        wrong.has_level = false;
        CHECK (broken_rules (&wrong, &narrow) > 0, "a band of 8 Hz is not noticed");
      }
    }
}

static void
test_cap_of_evidence (void)
{
  CHECK (mdsp_tone_cap_db (2.0, 2.9, false) == 0.0 && mdsp_tone_cap_db (2.0, NAN, false) == 0.0,
         "too short");
  CHECK (mdsp_tone_cap_db (2.0, 3.0, false) == 1.0 && mdsp_tone_cap_db (2.0, 10.0, false) == 1.0,
         "short");
  CHECK (mdsp_tone_cap_db (2.0, 15.0, false) == 1.5 && mdsp_tone_cap_db (2.0, 20.0, false) == 2.0,
         "enough");
  CHECK (mdsp_tone_cap_db (0.5, 5.0, false) == 0.5 && mdsp_tone_cap_db (2.0, 60.0, true) == 1.0,
         "less");
  CHECK (mdsp_tone_is_mastered (-9.0, -0.1) && !mdsp_tone_is_mastered (-18.0, -0.1) &&
             !mdsp_tone_is_mastered (-12.0, -6.0) && !mdsp_tone_is_mastered (-HUGE_VAL, -HUGE_VAL),
         "mastered");
}

/* Nothing above 5 kHz: empty, no lack of treble. */
static void
test_empty (void)
{
  MdspToneTarget t;
  make_target (&t);
  MdspSpectrumReading s = on_target (&t, -30.0);
  bool empty[BANDS];
  for (unsigned b = 0; b < BANDS; b++) {
    if (b > 24)
      s.level_db[b] -= 40.0;
    if (b == 24)
      s.level_db[b] -= 11.0;
    if (b < 5)
      s.level_db[b] = -HUGE_VAL;
  }
  mdsp_tone_find_empty (&s, &t, empty);
  for (unsigned b = 0; b < BANDS; b++)
    CHECK (empty[b] == ((b > 24 && b < 30) || b < 5), "band %u", b);
  const double caps[] = { 2.0, 12.0 };
  for (unsigned i = 0; i < 2; i++) {
    const MdspToneParams p = { 1.0, caps[i], RATE, false };
    MdspTonePlan plan;
    CHECK (mdsp_tone_plan (&s, &t, empty, &p, &plan) == MDSP_OK, "status");
    for (unsigned b = 22; b < BANDS; b++)
      CHECK (plan.response_db[b] < 0.1, "cap %g: %g dB at band %u", caps[i], plan.response_db[b],
             b);
    CHECK (!has_problem (&plan, &t, MDSP_TONE_DULL), "an edge is called dull");
  }
  /* the same edge of only 15 dB is a dull mix */
  for (unsigned b = 25; b < BANDS; b++)
    s.level_db[b] += 27.0;
  for (unsigned b = 0; b < 5; b++)
    s.level_db[b] = t.level_db[b] - 30.0;
  mdsp_tone_find_empty (&s, &t, empty);
  const MdspTonePlan plan = plan_for (&s, &t, &usual);
  CHECK (!empty[26] && plan.response_db[26] > 1.0 && has_problem (&plan, &t, MDSP_TONE_DULL),
         "%g dB", plan.response_db[26]);
}

/* Silence, NaN, too few bands, all of them far away: an answer without a move, or a legal one. */
static void
test_odd_spectra (void)
{
  MdspToneTarget t;
  make_target (&t);
  MdspSpectrumReading s = { .n_bands = 30 };
  for (unsigned b = 0; b < BANDS; b++)
    s.level_db[b] = -HUGE_VAL;
  MdspTonePlan plan = plan_for (&s, &t, &usual);
  CHECK (plan.n_bands == 0 && plan.before.n_judged == 0 && plan.before.distance_rms_db == 0.0,
         "silence");
  bool empty[BANDS];
  mdsp_tone_find_empty (&s, &t, empty);
  plan = plan_for (&s, &t, &usual);
  CHECK (plan.n_bands == 0, "silence");
  for (unsigned b = 0; b < BANDS; b++)
    s.level_db[b] = NAN;
  plan = plan_for (&s, &t, &usual);
  CHECK (plan.n_bands == 0, "NaN");
  s = on_target (&t, 0.0);
  for (unsigned b = 10; b < BANDS; b++)
    s.level_db[b] = -HUGE_VAL;
  s.level_db[7] += 20.0;
  plan = plan_for (&s, &t, &usual);
  CHECK (plan.n_bands == 0 && plan.before.n_judged == 5, "five bands are no balance");
  MdspToneParams wrong[] = { { -0.1, 2, RATE, 0 }, { 1.1, 2, RATE, 0 },  { NAN, 2, RATE, 0 },
                             { 0.5, 13, RATE, 0 }, { 0.5, -1, RATE, 0 }, { 0.5, 2, 100.0, 0 } };
  for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
    CHECK (mdsp_tone_plan (&s, &t, nothing_empty, &wrong[i], &plan) == MDSP_ERROR_PARAM, "%u", i);
}

static MdspSpectrumReading
random_spectrum (const MdspToneTarget *t, uint64_t *state, double spread_db)
{
  MdspSpectrumReading s = on_target (t, -20.0);
  for (unsigned b = 0; b < s.n_bands; b++)
    s.level_db[b] += spread_db * (2.0 * check_random (state) - 1.0);
  return s;
}

/* Whatever comes: the rules hold, and it is never worse than before. */
static void
test_random_spectra (void)
{
  const double rates[] = { 8000.0, 22050.0, 44100.0, 48000.0, 96000.0, 384000.0 };
  uint64_t state = 7;
  MdspToneTarget t;
  make_target (&t);
  for (unsigned i = 0; i < 60; i++) {
    MdspSpectrumReading s = random_spectrum (&t, &state, 3.0 + i % 12);
    const MdspToneParams p = { check_random (&state),
                               i % 4 == 3 ? 12.0 * check_random (&state) : 2.0, rates[i % 6],
                               i % 2 == 1 };
    while (mdsp_spectrum_upper_hz ((int) s.n_bands - 1) > 0.45 * p.rate_hz)
      s.level_db[--s.n_bands] = -HUGE_VAL;
    const MdspTonePlan plan = plan_for (&s, &t, &p), again = plan_for (&s, &t, &p);
    CHECK (broken_rules (&plan, &p) == 0, "spectrum %u", i);
    CHECK (plan.n_bands == 0 ||
               (p.match ? plan.predicted.distance_rms_db < plan.before.distance_rms_db
                        : plan.predicted.outside_rms_db < plan.before.outside_rms_db),
           "spectrum %u got worse", i);
    CHECK (memcmp (plan.band, again.band, sizeof plan.band) == 0, "spectrum %u", i);
    CHECK (plan.n_bands == 0 ||
               fabs (mdsp_tone_loudness_change_lu (&s, plan.response_db, p.rate_hz)) <
                   (plan.has_level ? 0.01 : 0.055), /* less than 0.05 is left, rounded to 0.01 */
           "spectrum %u: loudness", i);
  }
}

/* A reference that differs by one bell or shelf: found again, and taken away. */
static void
test_match (void)
{
  static const Fault known[] = { { 1000.0, 3.0, 1.0, 0 },
                                 { 120.0, -2.5, 0.7, 0 },
                                 { 4000.0, 3.0, 1.2, 0 },
                                 { 5000.0, 3.0, 0.0, 0 } };
  const MdspToneParams p = { 1.0, 3.0, RATE, true };
  MdspToneTarget t;
  make_target (&t);
  t.first = 3;
  for (unsigned b = 0; b < BANDS; b++)
    t.tolerance_db[b] = 0.0;
  for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
    const MdspSpectrumReading s = with_fault (&t, &known[i]);
    const MdspTonePlan plan = plan_for (&s, &t, &p);
    CHECK (plan.predicted.distance_rms_db < 0.15 * plan.before.distance_rms_db,
           "%u: %g of %g dB are left", i, plan.predicted.distance_rms_db,
           plan.before.distance_rms_db);
    CHECK (plan.n_bands - plan.has_level >= 1 && broken_rules (&plan, &p) == 0, "%u", i);
  }
  /* the first band of the first: the bell, as it was; the ridge takes at most 0.05 / sum shape^2 */
  const MdspSpectrumReading s = with_fault (&t, &known[0]);
  const MdspTonePlan plan = plan_for (&s, &t, &p);
  CHECK (plan.n_bands == 2 && fabs (plan.band[0].frequency_hz - 1000.0) < 15.0 &&
             fabs (plan.band[0].gain_db + 3.0) < 0.15 && fabs (plan.band[0].q - 1.0) < 0.1,
         "%u bands, %g Hz %g dB Q %g", plan.n_bands, plan.band[0].frequency_hz,
         plan.band[0].gain_db, plan.band[0].q);
  CHECK (plan.has_level && plan.band[1].gain_db > 0.0, "the loudness of what was cut");
}

/* Two narrow bells, both ways, against their prototypes: on a tone what they do to it, on two tones the
 * mean of powers by what each has, on what is filled evenly the mean over the third octave. */
static void
test_response_on_music (void)
{
  static const Fault bells[2] = { { 900.0, 12.0, 5.0, 0 }, { 1150.0, -9.0, 6.0, 0 } };
  const unsigned b = 17, middle = MDSP_SPECTRUM_PARTS / 2;
  MdspSpectrumReading s = { .n_bands = 30 };
  MdspEqBandParams eq[2];
  double at[MDSP_SPECTRUM_PARTS], got[BANDS], mean = 0.0, mean_db = 0.0, one[BANDS];
  for (unsigned i = 0; i < 2; i++) {
    mdsp_eq_band_params_init (&eq[i]);
    eq[i].enabled = true;
    eq[i].frequency_hz = bells[i].f0;
    eq[i].gain_db = bells[i].gain_db;
    eq[i].q = bells[i].q;
    mdsp_tone_band_response (&eq[i], RATE, one);
    mean_db += one[b];
  }
  for (unsigned i = 0; i < MDSP_SPECTRUM_PARTS; i++) {
    const double hz = 1000.0 * pow (10.0, -0.05 + 0.02 * (i + 0.5));
    at[i] = bell_db (hz, bells[0].f0, bells[0].gain_db, bells[0].q) +
            bell_db (hz, bells[1].f0, bells[1].gain_db, bells[1].q);
    memset (s.share, 0, sizeof s.share);
    s.share[b][i] = 1.0;
    mdsp_tone_response (eq, 2, &s, RATE, got);
    CHECK (fabs (got[b] - at[i]) < 0.03, "a tone in part %u: %g, not %g dB", i, got[b], at[i]);
  }
  s.share[b][0] = 0.25;
  s.share[b][MDSP_SPECTRUM_PARTS - 1] = 0.75;
  s.share[b][middle] = 0.0;
  mdsp_tone_response (eq, 2, &s, RATE, got);
  const double two = 10.0 * log10 (0.25 * pow (10.0, at[0] / 10.0) +
                                   0.75 * pow (10.0, at[MDSP_SPECTRUM_PARTS - 1] / 10.0));
  CHECK (fabs (got[b] - two) < 0.03, "two tones: %g, not %g dB", got[b], two);
  CHECK (fabs (mean_db - at[0]) > 3.0, "planted: the mean over the band is no answer for a tone");
  for (unsigned i = 0; i < 1000; i++) {
    const double hz = 1000.0 * pow (10.0, -0.05 + 0.0001 * (i + 0.5));
    mean += pow (10.0, (bell_db (hz, bells[0].f0, bells[0].gain_db, bells[0].q) +
                        bell_db (hz, bells[1].f0, bells[1].gain_db, bells[1].q)) /
                           10.0) /
            1000.0;
  }
  memset (s.share, 0, sizeof s.share); /* not known, and known to be even */
  mdsp_tone_response (eq, 2, &s, RATE, got);
  CHECK (fabs (got[b] - 10.0 * log10 (mean)) < 0.1, "even: %g, not %g dB", got[b],
         10.0 * log10 (mean));
  for (unsigned i = 0; i < MDSP_SPECTRUM_PARTS; i++)
    s.share[b][i] = 1.0 / MDSP_SPECTRUM_PARTS;
  mdsp_tone_response (eq, 2, &s, RATE, one);
  CHECK (fabs (got[b] - one[b]) < 1e-9, "even");
}

/* White noise, with or without two bells that make a step of 24 dB from 40 to 50 Hz. */
static MdspSpectrumReading
measure_noise (const MdspEqBandParams eq[2], bool filtered)
{
  enum { BLOCK = 480 };
  const MdspSpectrumParams params = { RATE, 1 };
  MdspSpectrumReading reading;
  MdspSpectrum spectrum;
  MdspSection section[2];
  double state[2][2] = { { 0.0 } };
  uint64_t seed = 11;
  CHECK (mdsp_spectrum_init (&spectrum, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
  for (unsigned i = 0; i < 2; i++) {
    MdspBiquad b;
    mdsp_biquad_bell (&b, eq[i].frequency_hz, eq[i].gain_db, eq[i].q, RATE);
    mdsp_section_from_biquad (&section[i], &b);
  }
  for (unsigned block = 0; block < 3000; block++) {
    float y[BLOCK];
    const float *const plane = y;
    for (unsigned n = 0; n < BLOCK; n++) {
      double x = 0.1 * (check_random (&seed) - 0.5);
      for (unsigned i = 0; filtered && i < 2; i++)
        x = mdsp_section_tick (&section[i], state[i], x);
      y[n] = (float) x;
    }
    mdsp_spectrum_process (&spectrum, &plane, BLOCK);
  }
  mdsp_spectrum_finish (&spectrum);
  mdsp_spectrum_read (&spectrum, &reading);
  mdsp_spectrum_clear (&spectrum);
  return reading;
}

/* What was computed is what is measured, also where a third octave is three bins wide and most of what
 * is measured at 40 Hz comes from beside it. */
static void
test_response_is_what_is_measured (void)
{
  MdspEqBandParams eq[2];
  double predicted[BANDS], without_lobe[BANDS], worst = 0.0, blind = 0.0;
  for (unsigned i = 0; i < 2; i++) {
    mdsp_eq_band_params_init (&eq[i]);
    eq[i].enabled = true;
    eq[i].frequency_hz = i == 0 ? 40.0 : 50.0;
    eq[i].gain_db = i == 0 ? -12.0 : 12.0;
    eq[i].q = i == 0 ? 4.0 : 5.0;
  }
  MdspSpectrumReading before = measure_noise (eq, false);
  const MdspSpectrumReading after = measure_noise (eq, true);
  mdsp_tone_response (eq, 2, &before, RATE, predicted);
  before.bin_hz = 0.0;
  mdsp_tone_response (eq, 2, &before, RATE, without_lobe);
  for (unsigned b = 3; b < 29; b++) { /* from 40 Hz */
    const double measured = after.level_db[b] - before.level_db[b];
    worst = fmax (worst, fabs (measured - predicted[b]));
    blind = fmax (blind, fabs (measured - without_lobe[b]));
  }

  CHECK (worst < 0.5, "measured is %g dB from what was computed", worst);
  CHECK (blind > 1.0, "planted: without the window's lobe it is %g dB, and %g with", blind, worst);
}

static void
test_loudness_change (void)
{
  MdspToneTarget t;
  make_target (&t);
  const MdspSpectrumReading s = on_target (&t, -20.0);
  double response[BANDS];
  for (unsigned b = 0; b < BANDS; b++)
    response[b] = -1.25;
  CHECK (fabs (mdsp_tone_loudness_change_lu (&s, response, RATE) + 1.25) < 1e-12, "flat");
  /* only 1 kHz is there: the change is what happens at 1 kHz */
  MdspSpectrumReading tone = s;
  for (unsigned b = 0; b < BANDS; b++) {
    tone.level_db[b] = b == 17 ? -20.0 : -HUGE_VAL;
    response[b] = b == 17 ? 2.0 : -9.0;
  }
  CHECK (fabs (mdsp_tone_loudness_change_lu (&tone, response, RATE) - 2.0) < 1e-12, "a tone");
}

static void
test_curves (void)
{
  const double hz[] = { 100.0, 1000.0, 10000.0 }, value[] = { 2.0, -1.0, 5.0 };
  double at[BANDS];
  mdsp_tone_interpolate (hz, value, 3, at);
  for (unsigned b = 0; b < BANDS; b++) {
    const double x = log10 (mdsp_spectrum_centre_hz (b));
    const double expected = x <= 2.0   ? 2.0
                            : x <= 3.0 ? 2.0 - 3.0 * (x - 2.0)
                            : x <= 4.0 ? -1.0 + 6.0 * (x - 3.0)
                                       : 5.0;
    CHECK (fabs (at[b] - expected) < 1e-9, "band %u: %g, not %g", b, at[b], expected);
  }
  const double nominal[] = { 20.0, 31.5, 80.0, 315.0, 1250.0, 6300.0, 12500.0, 20000.0 };
  const unsigned band[] = { 0, 2, 6, 12, 18, 25, 28, 30 };
  for (unsigned i = 0; i < 8; i++)
    CHECK (mdsp_tone_band_of (nominal[i]) == band[i], "%g Hz", nominal[i]);
  CHECK (mdsp_tone_band_of (1.0) == 0 && mdsp_tone_band_of (1e6) == 30, "outside");

  /* two references of different level, weights 3 and 1: the mean of their powers */
  MdspToneTarget t;
  make_target (&t);
  MdspToneReference r[2] = { { .spectrum = on_target (&t, -10.0), .weight = 3.0 },
                             { .spectrum = on_target (&t, -40.0), .weight = 1.0 } };
  for (unsigned b = 20; b < 30; b++)
    r[1].spectrum.level_db[b] += 6.0;
  mdsp_tone_mean (r, 2, 3, 19, at);
  for (unsigned b = 0; b < 30; b++) {
    const double expected = b < 20 ? 0.0 : 10.0 * log10 ((3.0 + pow (10.0, 0.6)) / 4.0);
    const double got = (at[b] - at[10]) - (t.level_db[b] - t.level_db[10]);
    CHECK (fabs (got - expected) < 1e-9, "band %u: %g, not %g", b, got, expected);
  }
  CHECK (isnan (at[30]), "not measured");

  /* what one of them has nothing of, the other one says alone, however little it counts */
  r[0].weight = 1000.0;
  for (unsigned b = 26; b < 30; b++) {
    r[0].spectrum.level_db[b] -= 60.0;
    r[0].empty[b] = true;
  }
  mdsp_tone_mean (r, 2, 3, 19, at);
  for (unsigned b = 26; b < 30; b++)
    CHECK (fabs ((at[b] - at[10]) - (t.level_db[b] - t.level_db[10]) - 6.0) < 1e-9, "band %u: %g",
           b, at[b]);
}

/* Plans for integers and exact scalings only, so that libm has no say. */
static void
print_crc (void)
{
  uint64_t state = 3;
  uint32_t crc = 0;
  MdspToneTarget t = { .first = 5, .last = 28 };
  MdspSpectrumReading s = { .n_bands = 30 };
  for (unsigned b = 0; b < BANDS; b++)
    t.tolerance_db[b] = 2.0;
  for (unsigned i = 0; i < 16; i++) {
    const MdspToneParams p = { 0.5, i % 2 ? 2.0 : 12.0, RATE, i % 4 > 1 };
    MdspTonePlan plan;
    for (unsigned b = 0; b < BANDS; b++)
      s.level_db[b] = 16.0 * check_random (&state);
    mdsp_tone_plan (&s, &t, nothing_empty, &p, &plan);
    for (unsigned k = 0; k < plan.n_bands; k++) {
      crc = crc32_add (crc, &plan.band[k].frequency_hz, sizeof (double));
      crc = crc32_add (crc, &plan.band[k].gain_db, sizeof (double));
      crc = crc32_add (crc, &plan.band[k].q, sizeof (double));
    }
    crc = crc32_add (crc, plan.response_db, sizeof plan.response_db);
  }
  printf ("tone crc %08x\n", crc);
}

int
main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "--crc") == 0)
    return print_crc (), 0;
  test_nothing_to_do ();
  test_planted_faults ();
  test_amount_and_cap ();
  test_cap_of_evidence ();
  test_empty ();
  test_odd_spectra ();
  test_random_spectra ();
  test_match ();
  test_response_on_music ();
  test_response_is_what_is_measured ();
  test_loudness_change ();
  test_curves ();
  printf ("%d failures\n", check_failures);
  return check_failures > 0;
}

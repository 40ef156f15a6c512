/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "tone_words.h"

#include <math.h>
#include <string.h>

/* What is less than this in a report is nothing. */
#define AUDIBLE_DB 0.05

const char *
tone_type_id (const MdspEqBandParams *band)
{
  return band->type == MDSP_EQ_LOW_SHELF    ? "low-shelf"
         : band->type == MDSP_EQ_HIGH_SHELF ? "high-shelf"
                                            : "bell";
}

char *
tone_frequency_text (double hz)
{
  if (hz >= 999.5)
    return g_strdup_printf ("%.3g kHz", hz / 1000.0);
  return g_strdup_printf ("%.3g Hz", hz);
}

/* As third octaves are called. */
static double
nominal_hz (guint band)
{
  static const double digits[] = { 1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0 };
  static const double tens[] = { 10.0, 100.0, 1000.0, 10000.0 };

  return digits[(band + 3) % 10] * tens[(band + 3) / 10];
}

/* "200 to 500 Hz" */
char *
tone_range_text (guint first, guint last)
{
  double from = nominal_hz (first), to = nominal_hz (last);
  g_autofree char *begin = tone_frequency_text (from), *end = tone_frequency_text (to);

  if (first == last)
    return g_strdup (end);
  if ((from < 1000.0) == (to < 1000.0)) /* one unit for both */
    *strchr (begin, ' ') = '\0';
  return g_strdup_printf ("%s to %s", begin, end);
}

static gboolean
is_level (const MdspTonePlan *plan, guint i)
{
  return plan->has_level && i + 1 == plan->n_bands;
}

char *
tone_move (const MdspTonePlan *plan, guint i)
{
  const MdspEqBandParams *band = &plan->band[i];
  g_autofree char *at = tone_frequency_text (band->frequency_hz);

  if (is_level (plan, i))
    return g_strdup_printf ("%+.1f dB on the whole", band->gain_db);
  if (band->type == MDSP_EQ_LOW_SHELF)
    return g_strdup_printf ("%+.1f dB below %s", band->gain_db, at);
  if (band->type == MDSP_EQ_HIGH_SHELF)
    return g_strdup_printf ("%+.1f dB above %s", band->gain_db, at);
  /* of a bell, between the points of half its gain */
  return g_strdup_printf ("%+.1f dB around %s, %.1f octaves wide", band->gain_db, at,
                          2.0 * log2 (0.5 / band->q + sqrt (0.25 / (band->q * band->q) + 1.0)));
}

/* Where band i of the plan acts: at least half as much as where it acts most. */
static void
acts_on (const Tone *t, guint i, gboolean acts[MDSP_TONE_BANDS])
{
  const MdspEqBandParams *band = &t->plan.band[i];
  double response[MDSP_TONE_BANDS], most = 0.0;

  mdsp_tone_band_response (band, t->rate, response);
  for (guint b = 0; b < MDSP_TONE_BANDS; b++)
    if (t->plan.before.judged[b])
      most = MAX (most, fabs (response[b]));
  for (guint b = 0; b < MDSP_TONE_BANDS; b++)
    acts[b] = t->plan.before.judged[b] && most > 0.0 && fabs (response[b]) >= 0.5 * most;
}

static double
mean_over (const MdspToneReading *r, const gboolean use[MDSP_TONE_BANDS])
{
  double sum = 0.0;
  guint n = 0;

  for (guint b = 0; b < MDSP_TONE_BANDS; b++)
    if (use[b]) {
      sum += r->deviation_db[b];
      n++;
    }
  return n > 0 ? sum / n : 0.0;
}

/* "3.9 dB more" */
static char *
more_or_less (double db)
{
  if (fabs (db) < AUDIBLE_DB)
    return g_strdup ("as much");
  return g_strdup_printf ("%.1f dB %s", fabs (db), db > 0.0 ? "more" : "less");
}

char *
tone_reason (const Tone *t, guint i)
{
  g_autofree char *range = NULL, *before = NULL, *after = NULL;
  gboolean acts[MDSP_TONE_BANDS];
  guint first = MDSP_TONE_BANDS, last = 0;

  if (is_level (&t->plan, i))
    return g_strdup ("so that the equaliser makes it neither louder nor quieter");
  acts_on (t, i, acts);
  for (guint b = 0; b < MDSP_TONE_BANDS; b++)
    if (acts[b]) {
      first = MIN (first, b);
      last = b;
    }
  range = first <= last ? tone_range_text (first, last) : g_strdup ("there it");
  before = more_or_less (mean_over (&t->plan.before, acts));
  after = more_or_less (mean_over (&t->achieved, acts));
  return g_strdup_printf ("%s had %s than %s, and has %s now (measured)", range, before,
                          t->target->text, after);
}

char *
tone_why_nothing (const Tone *t, const Analysis *a)
{
  const MdspToneReading *r = &t->plan.before;
  g_autofree char *range = tone_range_text (t->target->target.first, t->target->target.last);

  if (a->spectrum.gated_s < MDSP_TONE_LEAST_S)
    return g_strdup_printf ("only %.1f s of it are loud enough to be judged, and %.0f are needed",
                            a->spectrum.gated_s, MDSP_TONE_LEAST_S);
  if (t->history == TONE_OF_OUR_OWN_HAND)
    return g_strdup ("it is a master already, made by gst-mastering (a tag in the file says so); "
                     "--max-move or --reference ask for moves");
  if (t->amount == 0.0)
    return g_strdup_printf ("the amount for %s is 0 %%", t->target->text);
  if (t->cap_db == 0.0)
    return g_strdup ("no move is allowed");
  if (r->n_judged < MDSP_TONE_LEAST_BANDS)
    return g_strdup ("too little of the range of hearing is in it to speak of a balance");
  if (r->outside_rms_db == 0.0 && !t->target->is_reference)
    return g_strdup_printf ("its balance from %s is in the range of %s", range, t->target->text);
  return g_strdup_printf ("what could be moved toward %s is too little to be heard",
                          t->target->text);
}

static const struct {
  const char *id, *name, *advice;
} problems[MDSP_TONE_PROBLEM_KINDS] = {
  [MDSP_TONE_BOOMY] = { "boom", "boomy",
                        "turn bass or kick down, and let only one of them have the lowest octave" },
  [MDSP_TONE_THIN] = { "thin", "thin",
                       "turn bass and kick up, and low-cut fewer of the other tracks" },
  [MDSP_TONE_MUDDY] = { "mud", "muddy",
                        "cut around 250 Hz in guitars, keys, pads and vocals that do not live "
                        "there" },
  [MDSP_TONE_BOXY] = { "boxy", "boxy", "cut around 400 Hz in drums, room microphones and vocals" },
  [MDSP_TONE_HOLLOW] = { "hollow", "hollow",
                         "bring back the body of vocals, guitars and snare, or cut them less "
                         "there" },
  [MDSP_TONE_NASAL] = { "nasal", "nasal", "cut around 1 kHz in vocals, guitars and snare" },
  [MDSP_TONE_HARSH] = { "harsh", "harsh", "tame 2 to 5 kHz in vocals, guitars and cymbals" },
  [MDSP_TONE_VEILED] = { "veiled", "veiled",
                         "lift the voice or lead there, or make room for it in the others" },
  [MDSP_TONE_BRIGHT] = { "bright", "too bright",
                         "turn down cymbals, hi-hats and bright synths, and de-ess the vocals" },
  [MDSP_TONE_DULL] = { "dull", "dull",
                       "lift cymbals, hi-hats and the air of vocals, and look for a low-pass "
                       "filter" },
};

const char *
tone_problem_id (const MdspToneProblem *problem)
{
  return problems[problem->kind].id;
}

const char *
tone_problem_name (const MdspToneProblem *problem)
{
  return problems[problem->kind].name;
}

guint
tone_band_against (const Tone *t, const MdspToneProblem *p)
{
  guint found = t->plan.n_bands, most = 0;

  for (guint i = 0; i < t->plan.n_bands; i++) {
    gboolean acts[MDSP_TONE_BANDS];
    guint n = 0, size = p->range.last - p->range.first + 1;

    if (is_level (&t->plan, i) || t->plan.band[i].gain_db * p->deviation_db > 0.0)
      continue;
    acts_on (t, i, acts);
    for (guint b = p->range.first; b <= p->range.last; b++)
      n += acts[b];
    if (2 * n >= size && n > most) {
      found = i;
      most = n;
    }
  }
  return found;
}

char *
tone_rest (const MdspToneProblem *p)
{
  return g_strdup_printf ("It is %s there; the rest is for the mix: %s", tone_problem_name (p),
                          problems[p->kind].advice);
}

/* What the equaliser does there beside its level. */
static double
moved_db (const Tone *t, const MdspToneProblem *p)
{
  double sum = 0.0, level = 0.0;

  if (t->plan.has_level)
    level = t->plan.band[t->plan.n_bands - 1].gain_db;
  for (guint b = p->range.first; b <= p->range.last; b++)
    sum += t->plan.response_db[b] - level;
  return t->plan.n_bands > 0 ? sum / (p->range.last - p->range.first + 1) : 0.0;
}

char *
tone_problem_text (const Tone *t, const MdspToneProblem *p)
{
  g_autofree char *how = more_or_less (p->deviation_db);
  double moved = moved_db (t, p);
  g_autofree char *done =
      moved * p->deviation_db < 0.0 && fabs (moved) >= AUDIBLE_DB
          ? g_strdup_printf ("The equaliser %s a little; the rest is for the mix",
                             moved > 0.0 ? "adds" : "takes off")
          : g_strdup ("That is for the mix");

  return g_strdup_printf ("It is %s, with %s %sthan %s. %s: %s", tone_problem_name (p), how,
                          p->against_mids ? "against the mids " : "", t->target->text, done,
                          problems[p->kind].advice);
}

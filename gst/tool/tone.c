/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "tone.h"

#include "tags.h"

#include <math.h>

Tone *
tone_new (const Profile *genre, const References *references, const Analysis *a, GError **error)
{
  g_autoptr (Tone) t = g_new0 (Tone, 1);

  t->target = tone_target_new (genre, error);
  if (!t->target)
    return NULL;
  if (references)
    tone_target_set_references (t->target, references->spectra, references->weights, references->n);
  if (a->spectrum.n_bands == 0)
    return g_steal_pointer (&t);
  mdsp_tone_find_empty (&a->spectrum, &t->target->released, t->empty);
  for (guint b = 0; b < MDSP_TONE_BANDS; b++)
    t->empty[b] = t->empty[b] || t->target->reference_empty[b];
  tone_compare (t, &a->spectrum, &t->judged);
  if (a->spectrum.gated_s >= MDSP_TONE_LEAST_S)
    t->n_problems =
        mdsp_tone_find_problems (&t->judged, &t->target->judgment, &t->target->limits, t->problems);
  return g_steal_pointer (&t);
}

void
tone_free (Tone *t)
{
  if (!t)
    return;
  tone_target_free (t->target);
  g_free (t);
}

void
tone_compare (const Tone *t, const MdspSpectrumReading *spectrum, MdspToneReading *reading)
{
  mdsp_tone_compare (spectrum->level_db, &t->target->judgment, t->empty, reading);
}

/* A master at a lower rate has fewer bands. */
static MdspSpectrumReading
up_to_rate (const MdspSpectrumReading *spectrum, guint rate)
{
  MdspSpectrumReading s = *spectrum;

  while (s.n_bands > 0 && mdsp_spectrum_upper_hz ((int) s.n_bands - 1) > 0.45 * rate)
    s.level_db[--s.n_bands] = -HUGE_VAL;
  return s;
}

static ToneHistory
history_of (const Analysis *a)
{
  if (tags_say_mastered (a->tags))
    return TONE_OF_OUR_OWN_HAND;
  if (mdsp_tone_is_mastered (a->meter.loudness, a->meter.true_peak_dbtp))
    return TONE_OF_A_RELEASE;
  return mdsp_tone_is_limited (a->plateau_share, a->meter.true_peak_dbtp - a->meter.loudness)
             ? TONE_OF_A_LIMITER
             : TONE_OF_A_MIX;
}

void
tone_plan (Tone *t, const Analysis *a, double amount, double max_move_db, guint rate)
{
  MdspSpectrumReading spectrum = up_to_rate (&a->spectrum, rate);
  gboolean asked = !isnan (max_move_db) || t->target->is_reference;
  MdspToneParams params = { .rate_hz = rate, .match = t->target->is_reference };

  t->rate = rate;
  t->amount = params.amount = isnan (amount) ? t->target->amount : amount;
  t->history = asked ? TONE_OF_A_MIX : history_of (a);
  if (t->history != TONE_OF_OUR_OWN_HAND) /* its tone was decided on */
    t->cap_db = mdsp_tone_cap_db (isnan (max_move_db) ? t->target->max_move_db : max_move_db,
                                  spectrum.gated_s, t->history != TONE_OF_A_MIX);
  params.max_move_db = t->cap_db;
  mdsp_tone_plan (&spectrum, &t->target->target, t->empty, &params, &t->plan);
}

void
tone_set_achieved (Tone *t, const Analysis *a, const MdspSpectrumReading *behind)
{
  mdsp_tone_compare (behind->level_db, &t->target->target, t->empty, &t->achieved);
  for (guint b = 0; b < MDSP_TONE_BANDS; b++)
    t->achieved_response_db[b] = behind->level_db[b] - a->spectrum.level_db[b];
}

double
tone_miss_db (const Tone *t)
{
  double sum = 0.0;
  guint n = 0;

  for (guint b = 0; b < MDSP_TONE_BANDS; b++)
    if (t->achieved.judged[b]) {
      double miss = t->achieved_response_db[b] - t->plan.response_db[b];

      sum += miss * miss;
      n++;
    }
  return n > 0 ? sqrt (sum / n) : 0.0;
}

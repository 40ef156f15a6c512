/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "stage_tone.h"

#include "tone_words.h"

#include <math.h>

static void
set_text (Settings *settings, guint i, const char *property, const char *value)
{
  g_autofree char *key = g_strdup_printf ("band%u::%s", i, property);

  g_key_file_set_string (settings, SETTINGS_EQ, key, value);
}

static void
set_double (Settings *settings, guint i, const char *property, double value)
{
  g_autofree char *key = g_strdup_printf ("band%u::%s", i, property);

  settings_set_double (settings, SETTINGS_EQ, key, value);
}

static void
set_band (Settings *settings, guint i, const MdspEqBandParams *band)
{
  g_autofree char *slope = g_strdup_printf ("%u", band->slope);

  set_text (settings, i, "enabled", "true");
  set_text (settings, i, "type", tone_type_id (band));
  set_text (settings, i, "slope", slope);
  set_double (settings, i, "frequency", band->frequency_hz);
  set_double (settings, i, "gain", band->gain_db);
  set_double (settings, i, "q", band->q);
}

static void
leave_alone (Master *m, char *reason)
{
  decisions_add (&m->decisions, TONE_STAGE, g_strdup ("nothing"), reason);
}

/* What only the mix can mend. */
static void
note_problems (Master *m)
{
  m->tone->first_problem = m->decisions.problems->len;
  for (guint i = 0; i < m->tone->n_problems; i++) {
    const MdspToneProblem *problem = &m->tone->problems[i];

    decisions_add_problem (&m->decisions, tone_problem_id (problem),
                           tone_range_text (problem->range.first, problem->range.last),
                           tone_problem_text (m->tone, problem));
  }
}

/* Why there is nothing to decide; NULL when there is. */
static char *
unjudged (const Master *m, const MasterOptions *options)
{
  gint channels = GST_AUDIO_INFO_CHANNELS (&m->before->info);

  if (options->no_eq)
    return g_strdup ("as you asked with --no-eq");
  if (channels > 2)
    return g_strdup_printf (
        "the balance of %d channels is not judged, only that of mono and stereo", channels);
  return NULL;
}

gboolean
stage_tone_decide (Master *m, const MasterOptions *options, GError **error)
{
  char *why_not = unjudged (m, options);
  const MdspTonePlan *plan;

  m->tone = tone_new (m->target->genre, options->references, m->before, error);
  if (!m->tone)
    return FALSE;
  if (!why_not) {
    tone_plan (m->tone, m->before, options->amounts.tone, options->max_move_db, m->rate);
    if (m->tone->plan.n_bands == 0)
      why_not = tone_why_nothing (m->tone, m->before);
  }
  if (why_not) {
    leave_alone (m, why_not);
    note_problems (m);
    return TRUE;
  }
  if (!settings_add_stage (m->settings, SETTINGS_EQ, error))
    return FALSE;
  plan = &m->tone->plan;
  m->tone->first_decision = m->decisions.moves->len;
  for (guint i = 0; i < plan->n_bands; i++) {
    set_band (m->settings, i, &plan->band[i]);
    decisions_add (&m->decisions, TONE_STAGE, tone_move (plan, i), NULL);
  }
  note_problems (m);
  return TRUE;
}

/* A problem that a band works on is told with that band: two lines about one range would leave open
 * which of them counts. */
static void
tell_problems (Master *m)
{
  for (guint i = 0; i < m->tone->n_problems; i++) {
    MixProblem *told = m->decisions.problems->pdata[m->tone->first_problem + i];
    guint band = tone_band_against (m->tone, &m->tone->problems[i]);
    Decision *decision;

    if (band == m->tone->plan.n_bands)
      continue;
    decision = m->decisions.moves->pdata[m->tone->first_decision + band];
    if (decision->rest)
      continue;
    decision->rest = tone_rest (&m->tone->problems[i]);
    told->told = TRUE;
  }
}

void
stage_tone_tell (Master *m, const MdspSpectrumReading *behind)
{
  if (m->tone->plan.n_bands == 0)
    return;
  tone_set_achieved (m->tone, m->before, behind);
  for (guint i = 0; i < m->tone->plan.n_bands; i++) {
    Decision *decision = m->decisions.moves->pdata[m->tone->first_decision + i];

    g_free (decision->reason);
    decision->reason = tone_reason (m->tone, i);
  }
  tell_problems (m);
}

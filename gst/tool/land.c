/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "land.h"

#include "error.h"

#include <math.h>

gboolean
land_render (Master *m, const MasterOptions *options, const EncoderTarget *encoder, GError **error)
{
  RenderJob job = { m->input,    m->before, options->stream,     m->rate,
                    m->settings, encoder,   options->final_path, encoder ? "Rendering" : "Trying" };
  CodecSafe *safe = &m->codec_safe;
  RenderEar ear = { .behind = SETTINGS_LIMIT };

  m->n_renders++;
  if (!safe->codecs)
    return render_run (&job, &m->landing.render, error);
  g_clear_pointer (&safe->sound, sound_free);
  if (!(safe->sound = sound_new (error)))
    return FALSE;
  ear.listener = sound_listener (safe->sound);
  job.ears = &ear;
  job.n_ears = 1;
  return render_run (&job, &m->landing.render, error) && sound_finish (safe->sound, error);
}

static void
set_gain (Master *m, double gain_db)
{
  double measured = m->into_norm.loudness, target = m->target->loudness_lufs;

  m->landing.gain_db = gain_db;
  if (!isfinite (measured)) { /* no measurement: never a gain made of it */
    settings_set_double (m->settings, SETTINGS_NORM, "loudness-target", target);
    settings_set_double (m->settings, SETTINGS_NORM, "measured-loudness", target);
    settings_set_double (m->settings, SETTINGS_NORM, "offset", gain_db);
  } else {
    settings_set_double (m->settings, SETTINGS_NORM, "loudness-target", target);
    settings_set_double (m->settings, SETTINGS_NORM, "measured-loudness", measured);
    settings_set_double (m->settings, SETTINGS_NORM, "offset", gain_db - (target - measured));
  }
  if (m->dynamics.params.clip_db > 0.0) /* bends what the limiter would have to take, no more */
    settings_set_double (
        m->settings, SETTINGS_DYN, "clip-level",
        mdsp_dynamics_clip_level_db (m->dynamics.params.clip_db, gain_db, m->ceiling_dbtp));
  settings_set_double (m->settings, SETTINGS_NORM, "max-true-peak", m->ceiling_dbtp);
  settings_set_double (m->settings, SETTINGS_LIMIT, "ceiling", m->ceiling_dbtp);
  codec_safe_put_curve (&m->codec_safe, m->settings, m->ceiling_dbtp);
}

/* In the sense of the budget: that of 95 % of the time, or the deepest of all less its allowance. */
static MdspLandingSample
sample_of (const Master *m)
{
  const MdspReduction *r = &m->landing.render.reduction;
  double psr = m->landing.render.meter.psr_min;
  double often = mdsp_reduction_percentile (r, LAND_REDUCTION_FRACTION);
  MdspLandingSample s = { m->landing.gain_db, m->landing.render.meter.loudness,
                          MAX (often, r->max_db - LAND_DEEPEST_OVER_BUDGET_DB),
                          isfinite (psr) ? psr : HUGE_VAL };

  return s;
}

static gboolean
init_search (MdspLanding *search, const Master *m, double start_gain_db, GError **error)
{
  double psr = m->into_norm.psr_min, untouched = m->dynamics.into.psr_min;
  MdspLandingParams params = {
    .loudness_in_lufs = m->into_norm.loudness,
    .true_peak_in_dbtp = m->into_norm.true_peak_dbtp,
    .psr_min_in_db = isfinite (psr) ? psr : HUGE_VAL,
    .psr_untouched_db = isfinite (untouched) ? untouched : 0.0,
    .target_lufs = m->target->loudness_lufs + m->aim_offset_lu,
    .ceiling_dbtp = m->ceiling_dbtp,
    .tolerance_lu = LAND_TOLERANCE_LU,
    .reduction_budget_db = m->target->reduction_budget_db,
    .psr_floor_db = m->target->psr_floor_db,
    .max_renders = LAND_MAX_RENDERS,
    .has_start = !isnan (start_gain_db),
    .start_gain_db = start_gain_db,
  };
  MdspStatus status = mdsp_landing_init (search, &params);

  if (status == MDSP_OK)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL, "the search for the gain cannot start: %s",
               mdsp_status_text (status));
  return FALSE;
}

/* A limiter that works this hard gives hardly any more loudness for more gain. */
#define SATURATED_DB 12.0

static void
note_violation (Landing *l, const MdspLanding *search, const MdspLandingSample *s)
{
  g_debug ("gain %.3f dB: %.3f LUFS, reduction %.2f dB, PSR %.2f dB", s->gain_db, s->loudness_lufs,
           s->reduction_db, s->psr_min_db);
  if (mdsp_landing_violation (search, s, NULL) == MDSP_CONSTRAINT_NONE)
    return;
  if (!l->has_louder || s->gain_db > l->louder.gain_db) {
    l->louder = *s;
    l->louder_deepest_db = l->render.reduction.max_db;
  }
  if (!l->has_louder || s->gain_db < l->nearest.gain_db)
    l->nearest = *s;
  l->has_louder = TRUE;
}

/* Which constraint stopped the search: the one that the quietest forbidden render broke. None when
 * it stopped so close that the file is on target all the same. */
static void
name_constraint (Landing *l, const MdspLanding *search, MdspLandingVerdict verdict)
{
  double miss = mdsp_landing_best (search).loudness_lufs - search->params.target_lufs;

  l->limited_by = LIMITED_BY_NOTHING;
  l->stalls = FALSE;
  if (verdict == MDSP_LANDING_ON_TARGET || fabs (miss) <= LAND_VERIFIED_LU)
    return;
  l->psr_floor_db = mdsp_landing_psr_floor (search);
  l->stalls = mdsp_landing_stalls (search);
  if (l->stalls)
    l->limited_by = LIMITED_BY_CEILING;
  else if (!l->has_louder && verdict == MDSP_LANDING_EXHAUSTED)
    l->limited_by =
        search->last.reduction_db > SATURATED_DB ? LIMITED_BY_CEILING : LIMITED_BY_SEARCH;
  else if (mdsp_landing_binding (search, l->has_louder ? &l->nearest : &search->last) ==
           MDSP_CONSTRAINT_REDUCTION)
    l->limited_by = LIMITED_BY_REDUCTION;
  else
    l->limited_by = LIMITED_BY_PSR;
}

/* Without a loudness there is nothing to land on: the level stays, only the ceiling is held. */
static gboolean
land_without_measurement (Master *m, const MasterOptions *options, const EncoderTarget *encoder,
                          GError **error)
{
  set_gain (m, 0.0);
  m->landing.limited_by = LIMITED_BY_TOO_SHORT;
  return land_render (m, options, encoder, error);
}

/* Over this many dB of drive into the limiter the first try never lands: it loses too much
 * loudness. */
#define HOPELESS_DRIVE_DB 2.0

/* Is a try worth encoding? A lossless one that may be the landing is, as the encoder runs on the
 * other core and the file is there already; lossy encoders are slow and get only the last. */
static gboolean
worth_encoding (const Master *m, const EncoderTarget *encoder, guint n_tries)
{
  double drive = m->landing.gain_db + m->into_norm.true_peak_dbtp - m->ceiling_dbtp;

  return encoder && format_is_lossless (&encoder->format) &&
         (n_tries > 0 || drive <= HOPELESS_DRIVE_DB);
}

gboolean
land (Master *m, const MasterOptions *options, const EncoderTarget *encoder, double start_gain_db,
      GError **error)
{
  MdspLandingVerdict verdict = MDSP_LANDING_RENDER;
  gboolean encoded = FALSE;
  MdspLanding search;

  if (!meter_has_loudness (&m->into_norm))
    return land_without_measurement (m, options, encoder, error);
  if (!init_search (&search, m, start_gain_db, error))
    return FALSE;

  while (verdict == MDSP_LANDING_RENDER) {
    guint n_tries =
        search.n_renders + !isnan (start_gain_db); /* where a search ended is a good try */
    MdspLandingSample s;

    set_gain (m, mdsp_landing_gain (&search));
    encoded = worth_encoding (m, encoder, n_tries);
    if (!land_render (m, options, encoded ? encoder : NULL, error))
      return FALSE;
    s = sample_of (m);
    verdict = mdsp_landing_add (&search, &s);
    note_violation (&m->landing, &search, &s);
  }
  name_constraint (&m->landing, &search, verdict);
  if (verdict != MDSP_LANDING_ON_TARGET &&
      mdsp_landing_best (&search).gain_db != m->landing.gain_db) {
    set_gain (m, mdsp_landing_best (&search).gain_db);
    encoded = FALSE;
  } else if (encoded || !encoder) {
    return TRUE;
  }
  return land_render (m, options, encoder, error);
}

gboolean
land_again (Master *m, const MasterOptions *options, const EncoderTarget *encoder, GError **error)
{
  set_gain (m, m->landing.gain_db);
  return !encoder || land_render (m, options, encoder, error);
}

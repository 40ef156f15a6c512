/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "stage_dynamics.h"

#include "land.h"
#include "stage_measure.h"

#include <math.h>

/* A genre whose releases have no more peak over loudness than this is dense. */
#define DENSE_PLR_DB 10.0
/* The simulated glue is corrected when what it really takes is this far from what was wished for. */
#define GLUE_TOLERANCE_DB 0.2
/* A held band that is not at least this much steadier is let go. */
#define STEADIER_DB 1.0
/* No peak reaches a clipper that is set so high: before the gain is known it stays out of the way. */
#define CLIP_AT_REST_DB 24.0
/* Where the limiter may do what it likes. */
#define NO_BUDGET_DB 60.0
/* What a landing is off in loudness is up to half of this in the limiter's reduction. */
#define LESS_TO_DO_DB 0.05

static void
set_band (Settings *s, guint i, const MdspBandParams *band)
{
  const struct {
    const char *property;
    double value;
  } map[] = { { "threshold", band->threshold_db }, { "ratio", band->ratio },
              { "knee", band->knee_db },           { "attack", band->attack_ms },
              { "release", band->release_ms },     { "range", band->range_db } };

  for (gsize k = 0; k < G_N_ELEMENTS (map); k++) {
    g_autofree char *key = g_strdup_printf ("band%u::%s", i, map[k].property);

    settings_set_double (s, SETTINGS_DYN, key, map[k].value);
  }
}

/* Makes that the stage; rms, fully linked and downward are what the element starts with. */
static gboolean
put_stage (Master *m, const MdspMultibandParams *p, GError **error)
{
  Settings *s = m->settings;

  m->dynamics.params = *p;
  g_key_file_remove_group (s, SETTINGS_DYN, NULL);
  if (!settings_add_stage (s, SETTINGS_DYN, error))
    return FALSE;
  g_key_file_set_integer (s, SETTINGS_DYN, "num-bands", (int) p->n_bands);
  for (guint i = 0; i + 1 < p->n_bands; i++) {
    g_autofree char *key = g_strdup_printf ("crossover%u", i + 1);

    settings_set_double (s, SETTINGS_DYN, key, p->crossover_hz[i]);
  }
  settings_set_double (s, SETTINGS_DYN, "sidechain-highpass", p->sidechain_highpass_hz);
  settings_set_double (s, SETTINGS_DYN, "clip", p->clip_db);
  settings_set_double (s, SETTINGS_DYN, "clip-level", CLIP_AT_REST_DB);
  for (guint i = 0; i < p->n_bands; i++)
    set_band (s, i, &p->band[i]);
  return TRUE;
}

static double
range_lost_lu (const Meter *before, const Meter *after)
{
  return before->loudness_range - after->loudness_range;
}

/* --- a band that is unstable ------------------------------------------------------------------- */

static double
hold_share (const MasterOptions *options)
{
  return options->amounts.dynamics * (options->dynamics == MDSP_DYNAMICS_GENTLE ? 0.5 : 1.0);
}

static gboolean
holding_helps (const Dynamics *d, const Meter *into, const Meter *out_of)
{
  return dynamics_excess_db (d) <= d->before.excess_db - STEADIER_DB &&
         range_lost_lu (into, out_of) <= MDSP_DYNAMICS_MAX_RANGE_LOST_LU;
}

static gboolean
hold (Master *m, const MasterOptions *options, GError **error)
{
  Dynamics *d = &m->dynamics;
  g_autoptr (Levels) behind = levels_new ();
  MdspMultibandParams p = d->params;
  g_autoptr (StereoField) stereo = g_steal_pointer (&m->stereo_after);
  const MdspLevelStep *steps;
  gsize n;

  mdsp_dynamics_hold_band (&p, &d->before, hold_share (options));
  if (!put_stage (m, &p, error) || !stage_measure (m, options, behind, error))
    return FALSE;
  steps = levels_steps (behind, &n);
  d->holds = steps && mdsp_dynamics_stability (steps, n, &d->after) &&
             holding_helps (d, &d->into, &m->into_norm);
  if (d->holds)
    return TRUE;
  mdsp_multiband_params_init (&d->params, m->rate, 2);
  g_key_file_remove_group (m->settings, SETTINGS_DYN, NULL);
  m->into_norm = d->into;
  stereo_field_free (m->stereo_after);
  m->stereo_after = g_steal_pointer (&stereo);
  return TRUE;
}

/* --- glue and clip ------------------------------------------------------------------------------ */

static MdspDynamicsWish
wish (const Master *m, const MasterOptions *options)
{
  const Profile *genre = m->target->genre;
  MdspDynamicsParams params = {
    .loudness_in_lufs = m->into_norm.loudness,
    .true_peak_in_dbtp = m->into_norm.true_peak_dbtp,
    .target_lufs = m->target->loudness_lufs,
    .ceiling_dbtp = m->ceiling_dbtp,
    .style = options->dynamics,
    .dense_genre = genre && profile_number (genre, "plr-max") <= DENSE_PLR_DB,
    .share = options->amounts.dynamics,
  };
  MdspDynamicsWish w = mdsp_dynamics_wish (&params);

  if (m->dynamics.holds) /* one compressor is enough */
    w.glue_db = 0.0;
  return w;
}

/* Lands as a trial: nothing is written. start_gain_db: as for land (). */
static gboolean
try_landing (Master *m, const MasterOptions *options, double start_gain_db,
             MdspDynamicsOutcome *outcome, GError **error)
{
  double psr;

  m->landing.has_louder = FALSE;
  if (!land (m, options, NULL, start_gain_db, error))
    return FALSE;
  psr = m->landing.render.meter.psr_min;
  *outcome = (MdspDynamicsOutcome){
    .on_target = m->landing.limited_by == LIMITED_BY_NOTHING,
    .loudness_lufs = m->landing.render.meter.loudness,
    .reduction_db =
        mdsp_reduction_percentile (&m->landing.render.reduction, LAND_REDUCTION_FRACTION),
    .psr_min_db = isfinite (psr) ? psr : HUGE_VAL,
  };
  m->dynamics.tried = m->dynamics.has_landed = TRUE;
  return TRUE;
}

static gboolean
measure_glue (Master *m, const MasterOptions *options, double ask_db, double *got_db,
              GError **error)
{
  MdspMultibandParams p = m->dynamics.params;
  const MdspLevelStep *steps;
  gsize n;

  steps = levels_steps (m->before->levels, &n);
  mdsp_dynamics_glue (&p, mdsp_dynamics_glue_threshold_db (steps, n, ask_db));
  if (!put_stage (m, &p, error) || !stage_measure (m, options, NULL, error))
    return FALSE;
  *got_db = mdsp_reduction_mean_above (&m->stage_work.reduction, MDSP_DYNAMICS_LOUDER_HALF);
  return TRUE;
}

static gboolean
add_glue (Master *m, const MasterOptions *options, GError **error)
{
  double wanted_db = m->dynamics.wish.glue_db, got_db;

  if (!measure_glue (m, options, wanted_db, &got_db, error))
    return FALSE;
  return fabs (got_db - wanted_db) <= GLUE_TOLERANCE_DB ||
         measure_glue (m, options, MAX (2.0 * wanted_db - got_db, 0.1), &got_db, error);
}

/* Until the gain is known it does nothing, so what comes out is measured already. */
static gboolean
add_clip (Master *m, const MasterOptions *options, GError **error)
{
  MdspMultibandParams p = m->dynamics.params;

  p.clip_db = m->dynamics.wish.clip_db;
  return put_stage (m, &p, error);
}

static HelpResult
judge (const Master *m, const Help *help)
{
  if (range_lost_lu (&m->dynamics.into, &m->into_norm) > MDSP_DYNAMICS_MAX_RANGE_LOST_LU)
    return HELP_TOO_FLAT;
  if (help->with.psr_min_db < MIN (m->target->psr_floor_db, help->without.psr_min_db))
    return HELP_NO_USE;
  switch (mdsp_dynamics_verdict (&help->without, &help->with)) {
    case MDSP_DYNAMICS_LOUDER:
      return HELP_LOUDER;
    case MDSP_DYNAMICS_EASIER:
      return HELP_EASIER;
    default:
      return HELP_NO_USE;
  }
}

/* The stage, what it hands on and where that landed as they are in `from`. */
static gboolean
take_stage (Master *m, const Master *from, GError **error)
{
  MdspMultibandParams params = from->dynamics.params;

  m->into_norm = from->into_norm;
  m->stage_work = from->stage_work;
  m->landing = from->landing;
  if (dynamics_act (&from->dynamics))
    return put_stage (m, &params, error);
  m->dynamics.params = params;
  g_key_file_remove_group (m->settings, SETTINGS_DYN, NULL);
  return TRUE;
}

static gboolean
go_back (Master *m, Master *before, GError **error)
{
  stereo_field_free (m->stereo_after);
  m->stereo_after = g_steal_pointer (&before->stereo_after);
  return take_stage (m, before, error);
}

/* The search goes on from what is as loud as it was before. */
static double
as_loud_gain_db (const Master *m, const Master *before)
{
  return before->landing.gain_db + before->into_norm.loudness - m->into_norm.loudness;
}

/* What the limiter alone takes off where the master lands with the help, whatever that costs. */
static gboolean
land_alone_as_loud (Master *m, const MasterOptions *options, const Master *before,
                    const MdspDynamicsOutcome *with, double *reduction_db, GError **error)
{
  const Target *target = m->target;
  Target as_loud = *target;
  MdspDynamicsOutcome alone = { .reduction_db = 0.0 };
  gboolean ok;

  as_loud.loudness_lufs = with->loudness_lufs;
  as_loud.psr_floor_db = 0.0;
  as_loud.reduction_budget_db = NO_BUDGET_DB;
  m->target = &as_loud;
  ok = take_stage (m, before, error) &&
       try_landing (m, options, as_loud_gain_db (before, m), &alone, error);
  m->target = target;
  *reduction_db = alone.reduction_db;
  return ok;
}

/* A help with which the limiter has no less to do than without it is none, though the punch floor lets
 * the master go further. */
static gboolean
check_limiter (Master *m, const MasterOptions *options, const Master *before, Help *help,
               GError **error)
{
  g_autofree Master *with = g_memdup2 (m, sizeof *m);

  if (help->with.reduction_db < help->without.reduction_db) /* and it is louder */
    return TRUE;
  if (!land_alone_as_loud (m, options, before, &help->with, &help->as_loud_db, error) ||
      !take_stage (m, with, error))
    return FALSE;
  if (help->with.reduction_db > help->as_loud_db - LESS_TO_DO_DB)
    help->result = HELP_NO_EASIER;
  return TRUE;
}

/* Puts it in, lands, and takes it out again when that does not pay. *now: where the master lands. */
static gboolean
try_help (Master *m, const MasterOptions *options,
          gboolean (*add) (Master *m, const MasterOptions *options, GError **error), Help *help,
          MdspDynamicsOutcome *now, GError **error)
{
  g_autofree Master *before = g_memdup2 (m, sizeof *m);
  gboolean ok;

  help->without = *now;
  help->as_loud_db = NAN;
  m->stereo_after = NULL; /* that is before's now */
  ok = add (m, options, error) &&
       try_landing (m, options, as_loud_gain_db (m, before), &help->with, error);
  if (ok) {
    help->result = judge (m, help);
    if (help->result == HELP_LOUDER)
      ok = check_limiter (m, options, before, help, error);
    if (help_is_kept (help))
      *now = help->with;
    else
      ok = ok && go_back (m, before, error);
  }
  if (ok && !m->stereo_after) /* nothing new was measured */
    m->stereo_after = g_steal_pointer (&before->stereo_after);
  stereo_field_free (before->stereo_after);
  return ok;
}

/* A limiter that is not heard needs no help, unless a dense sound is what is asked for. */
static gboolean
is_easy (const MasterOptions *options, const MdspDynamicsOutcome *now)
{
  return options->dynamics != MDSP_DYNAMICS_DENSE && now->on_target &&
         now->reduction_db <= MDSP_DYNAMICS_EASY_DB;
}

static gboolean
try_wished (Master *m, const MasterOptions *options, GError **error)
{
  Dynamics *d = &m->dynamics;
  MdspDynamicsOutcome now;

  if (!try_landing (m, options, NAN, &d->alone, error))
    return FALSE;
  now = d->alone;
  d->easy = is_easy (options, &now);
  if (d->wish.glue_db > 0.0 && !d->easy && !try_help (m, options, add_glue, &d->glue, &now, error))
    return FALSE;
  return !(d->wish.clip_db > 0.0) || is_easy (options, &now) ||
         try_help (m, options, add_clip, &d->clip, &now, error);
}

/* Whether a held band keeps the master from where it lands without: that is not worth it. */
static gboolean
costs_loudness (const MdspDynamicsOutcome *without, const MdspDynamicsOutcome *with)
{
  return !with->on_target &&
         (without->on_target || with->loudness_lufs < without->loudness_lufs - LAND_TOLERANCE_LU);
}

/* Holds the unstable band, and lets it go again where the master would land lower for it. */
static gboolean
try_hold (Master *m, const MasterOptions *options, GError **error)
{
  g_autofree Master *before = NULL;
  MdspDynamicsOutcome without, with;
  gboolean ok;

  if (!try_landing (m, options, NAN, &without, error))
    return FALSE;
  before = g_memdup2 (m, sizeof *m);
  m->stereo_after = NULL; /* that is before's now */
  ok = hold (m, options, error);
  if (ok && m->dynamics.holds) {
    ok = try_landing (m, options, as_loud_gain_db (m, before), &with, error);
    if (ok && costs_loudness (&without, &with)) {
      m->dynamics.holds = FALSE;
      ok = go_back (m, before, error);
    }
  }
  if (ok && !m->stereo_after)
    m->stereo_after = g_steal_pointer (&before->stereo_after);
  stereo_field_free (before->stereo_after);
  return ok;
}

/* --- the stage ----------------------------------------------------------------------------------- */

/* More channels than two are only brought to loudness; and there must be something to go by. */
static gboolean
may_act (const Master *m, const MasterOptions *options, const MdspLevelStep *steps)
{
  return options->dynamics != MDSP_DYNAMICS_OFF && options->amounts.dynamics > 0.0 && steps &&
         GST_AUDIO_INFO_CHANNELS (&m->before->info) <= 2 && meter_has_loudness (&m->into_norm);
}

gboolean
stage_dynamics_decide (Master *m, const MasterOptions *options, GError **error)
{
  Dynamics *d = &m->dynamics;
  const MdspLevelStep *steps;
  gsize n;

  steps = levels_steps (m->before->levels, &n);
  d->decided = TRUE;
  d->into = d->out_of = m->into_norm;
  d->wish.need_db = NAN;
  mdsp_multiband_params_init (&d->params, m->rate, 2);
  if (!may_act (m, options, steps))
    return TRUE;
  if (mdsp_dynamics_stability (steps, n, &d->before) && d->before.unstable &&
      !try_hold (m, options, error))
    return FALSE;
  d->wish = wish (m, options);
  if ((d->wish.glue_db > 0.0 || d->wish.clip_db > 0.0) && !try_wished (m, options, error))
    return FALSE;
  d->out_of = m->into_norm;
  return TRUE;
}

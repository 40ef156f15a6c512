/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "dynamics_report.h"

#include "json.h"

#include <math.h>

#define STAGE "dynamics"
/* What is not printed as 0.0. */
#define PRINTED_DB 0.05

static void
add (Master *m, char *move, char *reason)
{
  decisions_add (&m->decisions, STAGE, move, reason);
}

/* What it costs in punch: how far the peaks stand over the loudness, before and behind the stage. */
static char *
crest_cost (const Dynamics *d)
{
  double before = d->into.plr, after = d->out_of.plr;

  return g_strdup_printf (
      "%s: peaks stood %.1f dB over the loudness and stand %.1f dB over it %s",
      before - after >= PRINTED_DB ? "the price is some punch" : "it costs no punch", before, after,
      help_is_kept (&d->clip) ? "in front of the soft clip" : "now");
}

/* The least punch of the master, with and without. */
static char *
psr_change (const Help *help)
{
  if (!isfinite (help->with.psr_min_db) || !isfinite (help->without.psr_min_db))
    return g_strdup ("");
  return g_strdup_printf (
      "; in its densest part the master keeps %.1f dB of punch, and %.1f without it",
      help->with.psr_min_db, help->without.psr_min_db);
}

/* Why it stays, and what it costs. */
static char *
kept_reason (const Help *help, const char *cost)
{
  g_autofree char *psr = psr_change (help);

  if (help->result == HELP_LOUDER)
    return g_strdup_printf ("without it the master would have to stop at %.1f LUFS, and it reaches "
                            "%.1f%s%s",
                            help->without.loudness_lufs, help->with.loudness_lufs, cost, psr);
  return g_strdup_printf ("as loud as without it, and the limiter takes %.1f dB off the peaks "
                          "instead of %.1f%s%s",
                          help->with.reduction_db, help->without.reduction_db, cost, psr);
}

static void
tell_hold (Master *m)
{
  const Dynamics *d = &m->dynamics;
  gboolean bass = d->before.band == 0;
  g_autofree char *crest = crest_cost (d);

  add (m,
       g_strdup_printf ("%s held where it jumps out, by up to %.1f dB",
                        bass ? "the bass below 120 Hz" : "what is between 1 and 5 kHz",
                        m->stage_work.max_db),
       g_strdup_printf (
           "its loudest moments stood out by %.1f dB more than those of the rest of the "
           "sound, and do by %.1f dB now; %s",
           d->before.excess_db, dynamics_excess_db (d), crest));
}

static void
tell_glue (Master *m)
{
  const Dynamics *d = &m->dynamics;
  g_autofree char *crest = crest_cost (d);
  g_autofree char *cost = g_strconcat ("; ", crest, NULL);

  add (m,
       g_strdup_printf (
           "louder parts held by a gentle compressor, by %.1f dB on average and %.1f at most",
           mdsp_reduction_mean_above (&m->stage_work.reduction, MDSP_DYNAMICS_LOUDER_HALF),
           m->stage_work.max_db),
       kept_reason (&d->glue, cost));
}

static void
tell_clip (Master *m)
{
  add (m,
       g_strdup_printf ("the highest peaks rounded, by up to %.1f dB",
                        m->landing.render.dynamics.clip_db),
       kept_reason (&m->dynamics.clip, ""));
}

/* --- or why nothing ------------------------------------------------------------------------------ */

static char *
no_use (const Help *help, const char *what)
{
  if (help->result == HELP_TOO_FLAT)
    return g_strdup_printf (
        "%s was tried, and would have taken more than %.0f LU of what is between "
        "quiet and loud parts",
        what, MDSP_DYNAMICS_MAX_RANGE_LOST_LU);
  if (help->result == HELP_NO_EASIER)
    return g_strdup_printf (
        "%s was tried and does not pay: the master would reach %.1f LUFS with it instead of %.1f, "
        "but as loud as that the limiter would take %.1f dB off the peaks with it, and %.1f "
        "without",
        what, help->with.loudness_lufs, help->without.loudness_lufs, help->with.reduction_db,
        help->as_loud_db);
  if (!help->without.on_target)
    return g_strdup_printf (
        "%s was tried and does not pay: the master stops at %.1f LUFS with it, and at %.1f without",
        what, help->with.loudness_lufs, help->without.loudness_lufs);
  return g_strdup_printf (
      "%s was tried and does not pay: with it the limiter would take %.1f dB off the peaks, and "
      "takes %.1f without; the densest part would keep %.1f dB of punch, and keeps %.1f",
      what, help->with.reduction_db, help->without.reduction_db, help->with.psr_min_db,
      help->without.psr_min_db);
}

static char *
why_nothing (const Master *m, const MasterOptions *options)
{
  const Dynamics *d = &m->dynamics;
  guint channels = GST_AUDIO_INFO_CHANNELS (&m->before->info);

  if (options->dynamics == MDSP_DYNAMICS_OFF)
    return g_strdup ("as you asked with --dynamics off");
  if (options->amounts.dynamics == 0.0)
    return g_strdup ("as you asked with --amount");
  if (channels > 2)
    return g_strdup_printf ("the mix has %u channels", channels);
  if (!meter_has_loudness (&d->into))
    return g_strdup ("nothing was measured");
  if (d->glue.result != HELP_NOT_TRIED)
    return no_use (&d->glue, "a gentle compressor");
  if (d->clip.result != HELP_NOT_TRIED)
    return no_use (&d->clip, "rounding the highest peaks");
  if (d->easy)
    return g_strdup_printf (
        "the limiter gets there by itself: it takes %.1f dB or less for 95 %% of the time",
        d->alone.reduction_db);
  if (d->wish.need_db < PRINTED_DB)
    return g_strdup ("no peak is in the way of this loudness");
  return g_strdup_printf ("the highest peak has to come down by only %.1f dB for this loudness, "
                          "and that is for the limiter alone",
                          d->wish.need_db);
}

void
dynamics_report_tell (Master *m, const MasterOptions *options)
{
  const Dynamics *d = &m->dynamics;

  if (d->holds)
    tell_hold (m);
  if (help_is_kept (&d->glue))
    tell_glue (m);
  if (help_is_kept (&d->clip))
    tell_clip (m);
  if (!dynamics_act (d))
    add (m, g_strdup ("nothing"), why_nothing (m, options));
}

/* --- JSON ------------------------------------------------------------------------------------------ */

static void
add_outcome (JsonBuilder *b, const char *name, const MdspDynamicsOutcome *o)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_object (b);
  json_builder_set_member_name (b, "on-target");
  json_builder_add_boolean_value (b, o->on_target);
  json_add_number (b, "loudness", o->loudness_lufs);
  json_add_number (b, "gain-reduction-95", o->reduction_db);
  json_add_number (b, "psr-min", o->psr_min_db);
  json_builder_end_object (b);
}

static void
add_held (JsonBuilder *b, const Dynamics *d)
{
  json_builder_set_member_name (b, "held");
  if (!d->holds) {
    json_builder_add_null_value (b);
    return;
  }
  json_builder_begin_object (b);
  json_add_text (b, "band", d->before.band == 0 ? "bass" : "presence");
  json_add_number (b, "excess-before", d->before.excess_db);
  json_add_number (b, "excess-after", dynamics_excess_db (d));
  json_builder_end_object (b);
}

static void
add_help (JsonBuilder *b, const char *name, const Help *help, double wished_db)
{
  static const char *const results[] = { "not-tried", "no-use", "too-flat",
                                         "no-easier", "louder", "easier" };

  json_builder_set_member_name (b, name);
  json_builder_begin_object (b);
  json_add_number (b, "wished", wished_db);
  json_add_text (b, "result", results[help->result]);
  if (help->result != HELP_NOT_TRIED) {
    add_outcome (b, "without", &help->without);
    add_outcome (b, "with", &help->with);
    json_add_number (b, "gain-reduction-95-as-loud-without", help->as_loud_db);
  }
  json_builder_end_object (b);
}

void
dynamics_report_json (JsonBuilder *b, const Master *m)
{
  const Dynamics *d = &m->dynamics;

  json_builder_set_member_name (b, "dynamics");
  if (!d->decided) {
    json_builder_add_null_value (b);
    return;
  }
  json_builder_begin_object (b);
  add_held (b, d);
  json_add_number (b, "need", d->wish.need_db);
  if (d->tried)
    add_outcome (b, "limiter-alone", &d->alone);
  add_help (b, "glue", &d->glue, d->wish.glue_db);
  add_help (b, "clip", &d->clip, d->wish.clip_db);
  json_add_number (b, "crest-before", d->into.plr);
  json_add_number (b, "crest-compressed", d->out_of.plr);
  json_add_number (b, "loudness-range-lost", d->into.loudness_range - d->out_of.loudness_range);
  json_builder_end_object (b);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "json.h"

#include "dynamics_report.h"
#include "land.h"
#include "problems.h"
#include "stereo_report.h"
#include "tone_report.h"
#include "translation_report.h"

#include <math.h>

void
json_add_number (JsonBuilder *b, const char *name, double value)
{
  json_builder_set_member_name (b, name);
  if (isfinite (value))
    json_builder_add_double_value (b, value);
  else
    json_builder_add_null_value (b);
}

void
json_add_text (JsonBuilder *b, const char *name, const char *value)
{
  json_builder_set_member_name (b, name);
  if (!value)
    json_builder_add_null_value (b);
  else if (g_utf8_validate (value, -1, NULL))
    json_builder_add_string_value (b, value);
  else { /* a file name in another encoding */
    g_autofree char *valid = g_utf8_make_valid (value, -1);

    json_builder_add_string_value (b, valid);
  }
}

static void
add_count (JsonBuilder *b, const char *name, gint64 value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_int_value (b, value);
}

static void
add_meter (JsonBuilder *b, const char *name, const Meter *m)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_object (b);
  json_add_number (b, "loudness", m->loudness);
  json_add_number (b, "true-peak", m->true_peak_dbtp);
  json_add_number (b, "sample-peak", m->sample_peak_dbfs);
  json_add_number (b, "loudness-range", m->loudness_range);
  json_add_number (b, "max-momentary", m->max_momentary);
  json_add_number (b, "max-shortterm", m->max_shortterm);
  json_add_number (b, "relative-threshold", m->relative_threshold);
  json_add_number (b, "plr", m->plr);
  json_add_number (b, "psr-min", m->psr_min);
  json_add_number (b, "correlation", m->correlation);
  json_add_number (b, "balance", m->balance);
  json_add_number (b, "mono-change", m->mono_change);
  json_add_number (b, "mono-change-gated", m->mono_change_gated);
  add_count (b, "nan-count", m->nan_count);
  json_builder_end_object (b);
}

void
json_add_file (JsonBuilder *b, const char *name, const char *path, const Analysis *a)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_object (b);
  json_add_text (b, "path", path);
  add_count (b, "frames", a->n_frames);
  add_count (b, "rate", GST_AUDIO_INFO_RATE (&a->info));
  add_count (b, "channels", GST_AUDIO_INFO_CHANNELS (&a->info));
  json_add_number (b, "seconds", analysis_seconds (a));
  add_count (b, "audio-streams", a->n_streams);
  json_builder_set_member_name (b, "lossy");
  json_builder_add_boolean_value (b, a->lossy);
  json_builder_set_member_name (b, "cut-short");
  json_builder_add_boolean_value (b, a->is_short);
  json_builder_end_object (b);
}

static void
add_lines (JsonBuilder *b, const char *name, const GPtrArray *lines)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_array (b);
  for (guint i = 0; i < lines->len; i++)
    json_builder_add_string_value (b, lines->pdata[i]);
  json_builder_end_array (b);
}

static void
add_target (JsonBuilder *b, const Target *t)
{
  g_autofree char *format = format_to_string (&t->format);

  json_builder_set_member_name (b, "target");
  json_builder_begin_object (b);
  json_add_text (b, "for", t->label);
  json_add_number (b, "loudness", t->loudness_lufs);
  json_add_number (b, "ceiling", t->ceiling_dbtp);
  json_add_number (b, "psr-floor", t->psr_floor_db);
  json_add_number (b, "limiter-budget", t->reduction_budget_db);
  json_add_text (b, "format", format);
  json_add_text (b, "why-loudness", t->why_loudness);
  json_add_text (b, "why-ceiling", t->why_ceiling);
  json_builder_end_object (b);
}

static void
add_chain (JsonBuilder *b, const Master *m)
{
  json_builder_set_member_name (b, "chain");
  json_builder_begin_object (b);
  json_add_number (b, "gain", m->landing.gain_db);
  json_add_number (b, "limiter-ceiling", m->ceiling_dbtp);
  json_add_number (
      b, "gain-reduction-95",
      mdsp_reduction_percentile (&m->landing.render.reduction, LAND_REDUCTION_FRACTION));
  json_add_number (b, "gain-reduction-max", m->landing.render.reduction.max_db);
  json_add_number (b, "gain-reduction-mean", mdsp_reduction_mean (&m->landing.render.reduction));
  json_add_number (b, "dynamics-reduction-max", m->landing.render.dynamics.max_db);
  json_add_number (b, "dynamics-reduction-mean",
                   mdsp_reduction_mean (&m->landing.render.dynamics.reduction));
  json_add_number (b, "clip-max", m->landing.render.dynamics.clip_db);
  add_count (b, "renders", m->n_renders);
  json_add_text (b, "limited-by", limited_by_name (m->landing.limited_by));
  if (m->landing.has_louder) {
    json_builder_set_member_name (b, "louder-would-cost");
    json_builder_begin_object (b);
    json_add_number (b, "loudness", m->landing.louder.loudness_lufs);
    json_add_number (b, "gain-reduction-95", m->landing.louder.reduction_db);
    json_add_number (b, "psr-min", m->landing.louder.psr_min_db);
    json_builder_end_object (b);
  }
  json_builder_end_object (b);
}

static void
add_decisions (JsonBuilder *b, const Decisions *d)
{
  json_builder_set_member_name (b, "decisions");
  json_builder_begin_array (b);
  for (guint i = 0; i < d->moves->len; i++) {
    const Decision *move = d->moves->pdata[i];

    json_builder_begin_object (b);
    json_add_text (b, "stage", move->stage);
    json_add_text (b, "move", move->move);
    json_add_text (b, "reason", move->reason);
    json_builder_end_object (b);
  }
  json_builder_end_array (b);
  json_builder_set_member_name (b, "mix-problems");
  json_builder_begin_array (b);
  for (guint i = 0; i < d->problems->len; i++) {
    const MixProblem *problem = d->problems->pdata[i];

    json_builder_begin_object (b);
    json_add_text (b, "id", problem->id);
    json_add_text (b, "where", problem->where);
    json_add_text (b, "text", problem->text);
    json_builder_end_object (b);
  }
  json_builder_end_array (b);
}

static void
add_proof (JsonBuilder *b, const Master *m)
{
  const Analysis *after = m->after.analysis;

  if (!after)
    return;
  json_add_file (b, "output", m->output, after);
  add_meter (b, "after", &after->meter);
  stereo_report_json (b, "stereo-after", after->stereo);
  translation_report_json (b, "translation-after", after->translation);
  json_builder_set_member_name (b, "verified");
  json_builder_begin_object (b);
  json_add_number (b, "loudness", after->meter.loudness);
  json_add_number (b, "loudness-libebur128", after->second_opinion);
  json_add_number (b, "true-peak-16x", m->after.true_peak_dbtp);
  json_builder_end_object (b);
}

static const char *
rule_text (const MdspPlatformGain *p)
{
  if (p->rejected)
    return "rejected";
  if (p->limited_db > 0.0)
    return "limited";
  return p->gain_db < 0.0 ? "turned-down" : p->gain_db > 0.0 ? "turned-up" : "unchanged";
}

static void
add_platform (JsonBuilder *b, const Platform *p, const MdspPlatformGain *playback, const Meter *m)
{
  json_builder_begin_object (b);
  json_add_text (b, "id", p->id);
  json_add_text (b, "name", p->name);
  json_add_text (b, "what", rule_text (playback));
  json_add_number (b, "gain", playback->gain_db);
  json_add_number (b, "gain-if-raised", playback->other_gain_db);
  json_add_number (b, "loudness", playback->loudness_lufs);
  json_add_number (b, "true-peak", playback->true_peak_dbtp);
  json_add_number (b, "limited", playback->limited_db);
  json_add_number (b, "punch-lost", playback->punch_lost_db);
  json_add_text (b, "confidence", platform_confidence (p, m));
  json_builder_end_object (b);
}

/* What every service would do with a file that measures so. */
static void
add_platforms (JsonBuilder *b, const Meter *m)
{
  g_autoptr (GPtrArray) services = platform_services ();

  json_builder_set_member_name (b, "platforms");
  json_builder_begin_array (b);
  for (guint i = 0; i < services->len; i++) {
    MdspPlatformGain playback;

    if (platform_play (services->pdata[i], m, &playback))
      add_platform (b, services->pdata[i], &playback, m);
  }
  json_builder_end_array (b);
}

JsonNode *
json_master (const Master *m)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autoptr (GPtrArray) notes = notes_find (m);

  json_builder_begin_object (b);
  json_add_file (b, "input", m->input->name, m->before);
  add_target (b, m->target);
  add_meter (b, "before", &m->before->meter);
  stereo_report_json (b, "stereo-before", m->before->stereo);
  translation_report_json (b, "translation-before", m->before->translation);
  add_decisions (b, &m->decisions);
  tone_report_json (b, m->tone, &m->before->spectrum,
                    m->after.analysis ? &m->after.analysis->spectrum : NULL);
  dynamics_report_json (b, m);
  add_chain (b, m);
  codec_safe_json (&m->codec_safe, b);
  add_proof (b, m);
  if (!m->after.analysis)
    add_meter (b, "after", &m->landing.render.meter);
  add_platforms (b, master_meter (m));
  add_lines (b, "problems", m->problems);
  add_lines (b, "notes", notes);
  add_count (b, "exit", m->problems->len ? 1 : 0);
  json_builder_end_object (b);
  return json_builder_get_root (b);
}

JsonNode *
json_analysis (const Input *input, const Analysis *a, const Tone *tone)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();

  json_builder_begin_object (b);
  json_add_file (b, "input", input->name, a);
  add_meter (b, "measured", &a->meter);
  if (!isnan (a->second_opinion))
    json_add_number (b, "loudness-libebur128", a->second_opinion);
  tone_report_json (b, tone, &a->spectrum, NULL);
  stereo_report_json (b, "stereo", a->stereo);
  translation_report_json (b, "translation", a->translation);
  add_platforms (b, &a->meter);
  json_builder_end_object (b);
  return json_builder_get_root (b);
}

char *
json_to_text (JsonNode *node)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;

  json_generator_set_pretty (generator, TRUE);
  json_generator_set_root (generator, node);
  text = json_generator_to_data (generator, NULL);
  json_node_unref (node);
  return g_strconcat (text, "\n", NULL);
}

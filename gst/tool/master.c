/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "master.h"

#include "codec_land.h"
#include "error.h"
#include "land.h"
#include "output.h"
#include "problems.h"
#include "stage_plan.h"
#include "stage_stereo.h"
#include "stereo_words.h"

#include <math.h>
#include <string.h>

/* Lossless masters are corrected until the 16x meter agrees, this often at most. */
#define MAX_CORRECTIONS      3
#define CEILING_TOLERANCE_DB 0.05
/* Lossy ones until their decoded loudness is right; a larger miss is no matter of level. */
#define MAX_LEVEL_CORRECTIONS 2
#define LEVEL_TOLERANCE_LU    0.03
#define MAX_LEVEL_MISS_LU     1.0

void
master_free (Master *m)
{
  if (!m)
    return;
  g_free (m->output);
  g_clear_pointer (&m->settings, g_key_file_unref);
  tone_free (m->tone);
  decisions_clear (&m->decisions);
  stereo_field_free (m->stereo_after);
  verify_clear (&m->after);
  codec_safe_clear (&m->codec_safe);
  g_ptr_array_unref (m->problems);
  g_free (m);
}

const Meter *
master_meter (const Master *m)
{
  return m->after.analysis ? &m->after.analysis->meter : &m->landing.render.meter;
}

const char *
limited_by_name (LimitedBy limited_by)
{
  static const char *const names[] = { "none",      "limiter-budget", "psr-floor",
                                       "too-short", "ceiling",        "search" };

  return names[limited_by];
}

static Master *
master_new (const Input *input, const Analysis *before, const Target *target,
            const MasterOptions *options, GError **error)
{
  g_autoptr (Master) m = g_new0 (Master, 1);
  guint wanted = target->rate ? target->rate : (guint) GST_AUDIO_INFO_RATE (&before->info);

  m->problems = g_ptr_array_new_with_free_func (g_free);
  decisions_init (&m->decisions);
  m->input = input;
  m->before = before;
  m->into_norm = before->meter;
  m->target = target;
  m->rate = format_delivery_rate (&target->format, wanted);
  m->ceiling_dbtp = target->ceiling_dbtp;
  m->settings = options->replay ? g_key_file_ref (options->replay) : settings_new (error);
  return m->settings ? g_steal_pointer (&m) : NULL;
}

static guint64
expected_frames (const Master *m)
{
  return gst_util_uint64_scale_round (m->before->n_frames, m->rate,
                                      GST_AUDIO_INFO_RATE (&m->before->info));
}

/* What must never happen: then the file is not kept. */
static gboolean
check_promises (const Master *m, GError **error)
{
  const Analysis *after = m->after.analysis;

  if (format_is_lossless (&m->target->format) &&
      (after->n_frames != expected_frames (m) ||
       GST_AUDIO_INFO_CHANNELS (&after->info) != GST_AUDIO_INFO_CHANNELS (&m->before->info) ||
       GST_AUDIO_INFO_RATE (&after->info) != (int) m->rate)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL,
                 "the finished file has %" G_GUINT64_FORMAT " samples instead of %" G_GUINT64_FORMAT
                 "; it was not kept. Please report this.",
                 after->n_frames, expected_frames (m));
    return FALSE;
  }
  return TRUE;
}

/* How far the delivered peak is over what was promised; <= 0 when it holds. */
static double
ceiling_excess (const Master *m)
{
  return m->after.true_peak_dbtp - (m->target->ceiling_dbtp + CEILING_TOLERANCE_DB);
}

static gboolean
render (Master *m, const MasterOptions *options, const EncoderTarget *encoder, double start,
        GError **error)
{
  gboolean landed = m->dynamics.has_landed;

  m->dynamics.has_landed = FALSE; /* what comes behind it is a correction */
  if (options->replay)
    return land_render (m, options, encoder, error);
  return landed ? land_again (m, options, encoder, error)
                : land (m, options, encoder, start, error);
}

static gboolean
render_and_verify (Master *m, const MasterOptions *options, const EncoderTarget *encoder,
                   double start, GError **error)
{
  gboolean ok = render (m, options, encoder, start, error);

  verify_clear (&m->after);
  return ok && (!encoder || (verify_run (encoder->path, options->final_path, &m->after, error) &&
                             check_promises (m, error)));
}

/* An encoder may change the level (LAME's presets scale by up to 0.5 dB): aim beside it. */
static gboolean
correct_level (Master *m, const MasterOptions *options, const EncoderTarget *encoder,
               GError **error)
{
  for (int i = 0; i < MAX_LEVEL_CORRECTIONS && m->landing.limited_by == LIMITED_BY_NOTHING; i++) {
    double miss = m->target->loudness_lufs - m->after.analysis->meter.loudness;

    if (!isfinite (miss) || fabs (miss) <= LEVEL_TOLERANCE_LU || fabs (miss) > MAX_LEVEL_MISS_LU)
      return TRUE;
    m->aim_offset_lu += miss;
    if (miss >
        0.0) /* a level that is scaled down takes the ceiling along: the limiter works as before */
      m->ceiling_dbtp = MIN (m->ceiling_dbtp + miss, 0.0);
    if (!render_and_verify (m, options, encoder, m->landing.gain_db + miss, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
make_codec_safe (Master *m, const MasterOptions *options, GError **error)
{
  CodecSafe *safe = &m->codec_safe;
  gboolean ok;

  safe->codecs = options->codecs;
  ok = render (m, options, NULL, NAN, error) &&
       (safe->sound || land_render (m, options, NULL, error)) && codec_land (m, options, error);
  safe->codecs = NULL; /* what is rendered from now on need not be kept */
  return ok;
}

/* Another format of the same master needs no search of its own. */
static gboolean
is_same_master (const Master *m, const Master *other)
{
  return other && other->codec_safe.shares && other->rate == m->rate &&
         plan_same_sound (other->target, m->target);
}

static void
take_codec_safe (Master *m, const CodecSafe *found)
{
  codec_safe_take (&m->codec_safe, found);
  m->dynamics.has_landed = FALSE; /* where it landed without */
  m->ceiling_dbtp = found->ceiling_dbtp;
  m->landing.gain_db = found->gain_db;
}

/* The element's limiter is checked by a finer meter; what is over is taken off its ceiling. */
static gboolean
make (Master *m, const MasterOptions *options, const EncoderTarget *encoder, GError **error)
{
  gboolean correct = encoder && !options->replay;
  double start = NAN;

  if (options->codecs && !options->replay) {
    if (is_same_master (m, options->earlier))
      take_codec_safe (m, &options->earlier->codec_safe);
    else if (!make_codec_safe (m, options, error))
      return FALSE;
    start = m->landing.gain_db;
  }
  if (!render_and_verify (m, options, encoder, start, error))
    return FALSE;
  if (correct && !format_is_lossless (&encoder->format))
    return correct_level (m, options, encoder, error);
  for (int i = 0; correct && i < MAX_CORRECTIONS && ceiling_excess (m) > 0.0; i++) {
    m->ceiling_dbtp = MAX (m->ceiling_dbtp - ceiling_excess (m) - CEILING_TOLERANCE_DB, -24.0);
    if (!render_and_verify (m, options, encoder, m->landing.gain_db, error))
      return FALSE;
  }
  return TRUE;
}

static void
note_decisions (Master *m)
{
  Settings *s = m->settings;
  g_autofree char *format = format_to_string (&m->target->format);

  settings_set_double (s, SETTINGS_SOURCE, "loudness", m->before->meter.loudness);
  settings_set_double (s, SETTINGS_SOURCE, "true-peak", m->before->meter.true_peak_dbtp);
  g_key_file_set_uint64 (s, SETTINGS_SOURCE, "frames", m->before->n_frames);
  g_key_file_set_integer (s, SETTINGS_SOURCE, "rate", GST_AUDIO_INFO_RATE (&m->before->info));
  g_key_file_set_integer (s, SETTINGS_SOURCE, "channels",
                          GST_AUDIO_INFO_CHANNELS (&m->before->info));
  g_key_file_set_string (s, SETTINGS_DECISIONS, "for", m->target->label);
  g_key_file_set_string (s, SETTINGS_DECISIONS, "format", format);
  g_key_file_set_integer (s, SETTINGS_DECISIONS, "rate", m->rate);
  settings_set_double (s, SETTINGS_DECISIONS, "loudness-target", m->target->loudness_lufs);
  settings_set_double (s, SETTINGS_DECISIONS, "ceiling", m->target->ceiling_dbtp);
  settings_set_double (s, SETTINGS_DECISIONS, "gain", m->landing.gain_db);
  g_key_file_set_string (s, SETTINGS_DECISIONS, "limited-by",
                         limited_by_name (m->landing.limited_by));
}

/* What no master can mend, as far as playback devices tell. That left and right cancel is said once,
 * by its cause where that is known. */
static void
note_translation (Master *m)
{
  g_autoptr (GPtrArray) findings = translation_findings (m->before->translation);
  g_autoptr (GPtrArray) causes = stereo_findings (m->before->stereo);

  for (guint i = 0; i < findings->len; i++) {
    Finding *finding = findings->pdata[i];
    g_autofree char *id = g_strconcat ("translation-", verdict_id (finding->verdict), NULL);

    if (finding->verdict == TRANSLATES_CANCELS && stereo_findings_cancel (causes))
      continue;
    decisions_add_problem (&m->decisions, g_intern_string (id), g_strdup (finding->where),
                           g_strdup (finding->text));
  }
}

static void
take_replayed (Master *m)
{
  m->landing.gain_db = settings_get_double (m->settings, SETTINGS_NORM, "loudness-target") -
                       settings_get_double (m->settings, SETTINGS_NORM, "measured-loudness") +
                       settings_get_double (m->settings, SETTINGS_NORM, "offset");
  m->ceiling_dbtp = settings_get_double (m->settings, SETTINGS_LIMIT, "ceiling");
}

/* What services send of surround is not known well enough to be tried. */
static gboolean
check_codecs (const Master *m, const MasterOptions *options, GError **error)
{
  int channels = GST_AUDIO_INFO_CHANNELS (&m->before->info);

  if (!options->codecs || channels <= 2)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
               "it has %d channels, and --codec-safe is for mono and stereo; leave it out.",
               channels);
  return FALSE;
}

static gboolean
check_usable (const Master *m, GError **error)
{
  const Meter *meter = &m->before->meter;
  guint64 n = m->before->n_frames * GST_AUDIO_INFO_CHANNELS (&m->before->info);

  if (meter_has_loudness (meter))
    return TRUE;
  if (meter->nan_count >= n)
    g_set_error (
        error, TOOL_ERROR, TOOL_ERROR_INPUT,
        "no sound in it: its samples are beyond +240 dBFS or not numbers (NaN or infinite); "
        "export it again.");
  else if (!isfinite (meter->sample_peak_dbfs))
    g_set_error (
        error, TOOL_ERROR, TOOL_ERROR_INPUT,
        "the file is silent from start to end; there is nothing to master. Was the right track "
        "exported?");
  else if (analysis_seconds (m->before) >= 0.4)
    g_set_error (
        error, TOOL_ERROR, TOOL_ERROR_INPUT,
        "the file is quieter than -70 LUFS from start to end (highest peak %.1f dBFS); there is no "
        "loudness to aim at. Export it louder.",
        meter->sample_peak_dbfs);
  else
    return TRUE;
  return FALSE;
}

Master *
master_run (const Input *input, const Analysis *before, const Target *target,
            const MasterOptions *options, GError **error)
{
  g_autoptr (Master) m = master_new (input, before, target, options, error);
  g_autoptr (Output) output = NULL;
  EncoderTarget encoder;

  if (!m || !check_usable (m, error) || !check_codecs (m, options, error) ||
      !encoder_check (&target->format, GST_AUDIO_INFO_CHANNELS (&before->info), error))
    return NULL;
  if (!options->dry_run && !(output = output_new (options->final_path, options->force, error)))
    return NULL;

  encoder = (EncoderTarget){ target->format, options->dither, output ? output_path (output) : NULL,
                             m->rate,        input,           before };
  if (options->replay)
    take_replayed (m);
  else if (!stage_plan (m, options, error))
    return NULL;
  if (!make (m, options, output ? &encoder : NULL, error))
    return NULL;
  note_decisions (m);
  stage_stereo_note_problems (m);
  note_translation (m);
  problems_find (m);
  if (output) {
    if (!output_commit (g_steal_pointer (&output), error))
      return NULL;
    m->output = g_strdup (options->final_path);
  }
  return g_steal_pointer (&m);
}

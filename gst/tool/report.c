/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "report.h"

#include "land.h"
#include "problems.h"
#include "stereo_report.h"
#include "tone_report.h"
#include "translation_report.h"

#include <math.h>
#include <string.h>
#include <stdio.h>

static char *
duration_text (double seconds)
{
  if (seconds < 60.0)
    return g_strdup_printf ("%.1f s", seconds);
  return g_strdup_printf ("%d:%02d", (int) (seconds + 0.5) / 60, (int) (seconds + 0.5) % 60);
}

static char *
channels_text (guint n)
{
  if (n == 1)
    return g_strdup ("mono");
  if (n == 2)
    return g_strdup ("stereo");
  return g_strdup_printf ("%u channels", n);
}

/* "-14.0" or "none": no measurement is no number. */
static const char *
level (char *buffer, gsize size, double value, const char *format)
{
  if (!isfinite (value))
    g_snprintf (buffer, size, "none");
  else if (g_snprintf (buffer, size, format, value) && !strcspn (buffer, "-") &&
           strspn (buffer + 1, "0.") == strlen (buffer + 1)) /* less than a digit is no "-0.0" */
    g_snprintf (buffer, size, format, 0.0);
  return buffer;
}

static void
row (GString *out, const char *what, double before, double after, const char *format,
     const char *unit, const char *remark)
{
  char a[32], b[32];

  g_string_append_printf (out, "  %-22s %9s %9s %s%s%s\n", what,
                          level (a, sizeof a, before, format), level (b, sizeof b, after, format),
                          unit, remark ? " " : "", remark ? remark : "");
}

static void
first_lines (GString *out, const Master *m)
{
  g_autofree char *format = format_describe (&m->target->format);
  g_autofree char *length = duration_text (analysis_seconds (m->before));
  g_autofree char *channels = channels_text (GST_AUDIO_INFO_CHANNELS (&m->before->info));
  const char *base = m->input->name;

  if (m->output)
    g_string_append_printf (out, "Mastered %s (%s, %s) for %s.\nThe master is %s (%s, %g kHz).\n",
                            base, length, channels, m->target->text,
                            strcmp (m->output, "-") ? m->output : "on standard output", format,
                            m->rate / 1000.0);
  else
    g_string_append_printf (out, "Tried %s (%s, %s) for %s; nothing was written (--dry-run).\n",
                            base, length, channels, m->target->text);
}

static void
loudness_line (GString *out, const Master *m)
{
  double before = m->before->meter.loudness, after = master_meter (m)->loudness;

  if (!isfinite (before) || !isfinite (after))
    return;
  if (fabs (after - before) < 0.05)
    g_string_append_printf (out, "It is as loud as the mix: %.1f LUFS", after);
  else
    g_string_append_printf (out, "It is %.1f dB %s than the mix: %.1f LUFS became %.1f",
                            fabs (after - before), after > before ? "louder" : "quieter", before,
                            after);
  if (fabs (after - m->target->loudness_lufs) <= LAND_VERIFIED_LU)
    g_string_append (out, ", the loudness asked for.\n");
  else
    g_string_append (out, ".\n");
}

static void
limiter_line (GString *out, const Master *m)
{
  double often = mdsp_reduction_percentile (&m->landing.render.reduction, LAND_REDUCTION_FRACTION);

  if (m->landing.render.reduction.max_db < 0.05)
    g_string_append (out, "The limiter had nothing to do: no peak reached the ceiling.\n");
  else if (often < 0.05 && m->landing.render.reduction.max_db > 6.0)
    g_string_append_printf (
        out, "The limiter took up to %.1f dB off rare peaks, in less than 5 %% of the time.\n",
        m->landing.render.reduction.max_db);
  else if (often < 0.05)
    g_string_append_printf (
        out,
        "The limiter caught only a few peaks, the highest by %.1f dB; the rest is untouched.\n",
        m->landing.render.reduction.max_db);
  else
    g_string_append_printf (
        out,
        "The limiter took %.1f dB or less off the peaks for 95 %% of the time, %.1f dB at most.\n",
        often, m->landing.render.reduction.max_db);
}

static void
peak_line (GString *out, const Master *m)
{
  double peak =
      m->after.analysis ? m->after.true_peak_dbtp : m->landing.render.meter.true_peak_dbtp;

  if (!isfinite (peak))
    return;
  g_string_append_printf (out, "Its highest peak, also between the samples, is %.1f dBTP%s.\n",
                          peak,
                          peak <= m->target->ceiling_dbtp + 0.05 ? "; the ceiling holds" : "");
}

static void
proof_line (GString *out, const Master *m)
{
  const Analysis *after = m->after.analysis;

  if (!after || !isfinite (after->meter.loudness) || !isfinite (after->second_opinion))
    return;
  g_string_append_printf (
      out, "Measured again from the finished file by two meters: %.2f and %.2f LUFS%s.\n",
      after->meter.loudness, after->second_opinion,
      format_is_lossless (&m->target->format) ? "; same length, to the sample" : "");
}

static void
list (GString *out, const char *title, const GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (out, "%s%s\n", title, (const char *) lines->pdata[i]);
}

static void
table (GString *out, const Master *m)
{
  const Meter *a = &m->before->meter, *b = master_meter (m);
  g_autofree char *target = g_strdup_printf ("target %.1f", m->target->loudness_lufs);
  g_autofree char *ceiling = g_strdup_printf ("ceiling %.1f", m->target->ceiling_dbtp);
  double peak = m->after.analysis ? m->after.true_peak_dbtp : b->true_peak_dbtp;

  g_string_append_printf (out, "\n  %-22s %9s %9s\n", "", "mix", "master");
  row (out, "loudness", a->loudness, b->loudness, "%.2f", "LUFS", target);
  row (out, "true peak", a->true_peak_dbtp, peak, "%.2f", "dBTP", ceiling);
  row (out, "loudness range", a->loudness_range, b->loudness_range, "%.1f", "LU", NULL);
  row (out, "loudest 3 seconds", a->max_shortterm, b->max_shortterm, "%.1f", "LUFS", NULL);
  row (out, "punch: peak - loudness", a->plr, b->plr, "%.1f", "dB", NULL);
  row (out, "punch at its least", a->psr_min, b->psr_min, "%.1f", "dB", NULL);
  if (GST_AUDIO_INFO_CHANNELS (&m->before->info) == 2) {
    row (out, "loudness lost in mono", -a->mono_change_gated, -b->mono_change_gated, "%.1f", "LU",
         NULL);
    row (out, "left-right correlation", a->correlation, b->correlation, "%.2f", "", NULL);
  }
}

static void
decisions_lines (GString *out, const Decisions *d)
{
  for (guint i = 0; i < d->moves->len; i++) {
    const Decision *move = d->moves->pdata[i];

    g_string_append_printf (out, "%s %s: %s; %s.", i == 0 ? "What was done:" : "  then",
                            move->stage, move->move, move->reason);
    if (move->rest)
      g_string_append_printf (out, " %s.", move->rest);
    g_string_append_c (out, '\n');
  }
  for (guint i = 0; i < d->problems->len; i++) {
    const MixProblem *problem = d->problems->pdata[i];

    if (!problem->told)
      g_string_append_printf (out, "In the mix, %s: %s.\n", problem->where, problem->text);
  }
}

char *
report_master (const Master *m)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GPtrArray) notes = notes_find (m);

  first_lines (out, m);
  loudness_line (out, m);
  peak_line (out, m);
  decisions_lines (out, &m->decisions);
  limiter_line (out, m);
  codec_safe_sentences (&m->codec_safe, out);
  proof_line (out, m);
  if (m->after.analysis)
    translation_report_sentences (out, m->before->translation, m->after.analysis->translation,
                                  FALSE);
  list (out, "! ", m->problems);
  list (out, "Note: ", notes);
  table (out, m);
  tone_report_table (out, m->tone, m->after.analysis ? &m->after.analysis->spectrum : NULL);
  translation_report_table (out, m->before->translation,
                            m->after.analysis ? m->after.analysis->translation : NULL);
  g_string_append_printf (out, "\n  why %.1f LUFS: %s\n  why %.1f dBTP: %s\n",
                          m->target->loudness_lufs, m->target->why_loudness,
                          m->target->ceiling_dbtp, m->target->why_ceiling);
  return g_string_free (out, FALSE);
}

static void
number (GString *out, const char *what, double value, const char *format, const char *unit)
{
  char text[32];

  if (!isnan (value))
    g_string_append_printf (out, "  %-28s %9s %s\n", what, level (text, sizeof text, value, format),
                            unit);
}

void
report_unusable_samples (GString *out, const Meter *m)
{
  if (m->nan_count)
    g_string_append_printf (out,
                            "! %" G_GUINT64_FORMAT
                            " samples are not numbers (NaN or infinite) or beyond +240 dBFS.\n",
                            m->nan_count);
}

static void
analysis_sentences (GString *out, const Analysis *a)
{
  const Meter *m = &a->meter;

  if (!isfinite (m->sample_peak_dbfs) && m->nan_count)
    g_string_append (out, "There is no sound in it.\n");
  else if (!isfinite (m->sample_peak_dbfs))
    g_string_append (out, "It is silent from start to end.\n");
  else if (!meter_has_loudness (m))
    g_string_append_printf (out, "It has no measurable loudness: it is %s.\n",
                            analysis_seconds (a) < 0.4 ? "shorter than 0.4 seconds"
                                                       : "quieter than -70 LUFS throughout");
  else
    g_string_append_printf (
        out,
        "Its loudness is %.1f LUFS, and its highest peak, also between the samples, %.1f dBTP.\n",
        m->loudness, m->true_peak_dbtp);
  report_unusable_samples (out, m);
  if (m->true_peak_dbtp > 0.0)
    g_string_append_printf (out, "! It goes %.1f dB over full scale and will clip when played.\n",
                            m->true_peak_dbtp);
}

/* "-4.8", "0.0 or +1.2" where it is not known. */
static char *
gain_text (const MdspPlatformGain *p)
{
  if (fabs (p->other_gain_db - p->gain_db) < 0.05)
    return g_strdup_printf ("%+.1f dB", p->gain_db);
  return g_strdup_printf ("%.0f or %+.1f dB", p->gain_db, p->other_gain_db);
}

static void
platform_lines (GString *out, const Meter *m)
{
  g_autoptr (GPtrArray) services = platform_services ();

  if (services->len == 0 || !meter_has_loudness (m))
    return;
  g_string_append_printf (
      out, "\nWhat the services would do with it as it is:\n  %-16s %14s %9s %9s %10s  %s\n", "",
      "gain", "plays at", "peak", "less punch", "how sure");
  for (guint i = 0; i < services->len; i++) {
    const Platform *p = services->pdata[i];
    g_autofree char *gain = NULL;
    MdspPlatformGain playback;

    if (!platform_play (p, m, &playback))
      continue;
    gain = gain_text (&playback);
    g_string_append_printf (out, "  %-16s %14s %9.1f %9.1f %10.1f  %s%s\n", p->name, gain,
                            playback.loudness_lufs, playback.true_peak_dbtp, playback.punch_lost_db,
                            platform_confidence (p, m),
                            playback.limited_db > 0.0 ? "; its limiter acts" : "");
  }
}

void
report_head (GString *out, const Input *input, const Analysis *a)
{
  g_autofree char *length = duration_text (analysis_seconds (a));
  g_autofree char *channels = channels_text (GST_AUDIO_INFO_CHANNELS (&a->info));

  g_string_append_printf (out, "%s: %s, %s, %g kHz%s.\n", input->name, length, channels,
                          GST_AUDIO_INFO_RATE (&a->info) / 1000.0, a->lossy ? ", lossy" : "");
  if (a->is_short)
    g_string_append (out, "! It is cut short: it ends before its header says.\n");
}

char *
report_analysis (const Input *input, const Analysis *a, const Tone *tone, gboolean technical)
{
  GString *out = g_string_new (NULL);
  const Meter *m = &a->meter;

  report_head (out, input, a);
  analysis_sentences (out, a);
  if (meter_has_loudness (m))
    tone_report_sentences (out, tone);
  translation_report_sentences (out, NULL, a->translation, stereo_report_sentences (out, a));
  g_string_append_c (out, '\n');
  number (out, "loudness", m->loudness, "%.2f", "LUFS");
  if (GST_AUDIO_INFO_CHANNELS (&a->info) == 1)
    number (out, "loudness, one channel", m->loudness - MONO_READING_LU, "%.2f", "LUFS");
  number (out, "true peak", m->true_peak_dbtp, "%.2f", "dBTP");
  number (out, "loudness range", m->loudness_range, "%.1f", "LU");
  number (out, "loudest 3 seconds", m->max_shortterm, "%.1f", "LUFS");
  number (out, "loudest 0.4 seconds", m->max_momentary, "%.1f", "LUFS");
  number (out, "punch: peak over loudness", m->plr, "%.1f", "dB");
  number (out, "punch at its least", m->psr_min, "%.1f", "dB");
  if (stereo_field_measured (a->stereo)) {
    number (out, "loudness lost in mono", -m->mono_change_gated, "%.1f", "LU");
    number (out, "left-right correlation", m->correlation, "%.2f", "");
    number (out, "right over left", m->balance, "%+.1f", "dB");
  }
  platform_lines (out, m);
  if (technical) {
    number (out, "sample peak", m->sample_peak_dbfs, "%.2f", "dBFS");
    number (out, "relative gate", m->relative_threshold, "%.1f", "LUFS");
    number (out, "loudness, libebur128", a->second_opinion, "%.2f", "LUFS");
    stereo_report_table (out, a);
  }
  if (meter_has_loudness (m))
    tone_report_table (out, tone, NULL);
  translation_report_table (out, NULL, a->translation);
  return g_string_free (out, FALSE);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "stereo_report.h"

#include "json.h"
#include "stereo_words.h"

#include <math.h>

/* Below this correlation a bass is not in the middle, and what is quieter than this against the whole
 * is no bass to speak of. */
#define MONO_BASS_CORRELATION 0.7
#define RELEVANT_DB           -30.0
/* A difference between the sides that is worth a sentence; from 3 dB it is a problem. */
#define BALANCE_MIN_DB 1.0
#define BALANCE_MAX_DB 3.0

static void
findings_lines (GString *out, const GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++) {
    const StereoFinding *f = findings->pdata[i];

    g_string_append_printf (out, "! %s (%s).\n", f->text, f->where);
  }
}

gboolean
stereo_report_problems (GString *out, const Analysis *a)
{
  g_autoptr (GPtrArray) findings = stereo_findings (a->stereo);

  findings_lines (out, findings);
  return stereo_findings_cancel (findings);
}

static const char *
width_word (double correlation)
{
  return correlation < 0.2   ? "very wide"
         : correlation < 0.5 ? "wide"
         : correlation < 0.9 ? "as wide as most music"
                             : "narrow";
}

static void
width_line (GString *out, const MdspStereo *s, const Meter *meter)
{
  double change = meter->mono_change_gated;
  double correlation = mdsp_stereo_programme (s, MDSP_STEREO_BROAD).correlation;

  if (mdsp_stereo_is_dual_mono (s)) {
    g_string_append (out, "Left and right are the same: it is mono in a stereo file.\n");
    return;
  }
  if (!isfinite (change))
    return;
  g_string_append_printf (out, "Between left and right it is %s, and in mono ",
                          width_word (correlation));
  if (change > -0.5)
    g_string_append_printf (out, "it hardly gets quieter (%.1f dB).\n", fabs (change));
  else
    g_string_append_printf (out, "it gets %.1f dB quieter, %s.\n", -change,
                            change > -2.5   ? "which is usual"
                            : change > -3.3 ? "as sides do that have nothing in common"
                                            : "more than sides do that have nothing in common");
}

static void
bass_line (GString *out, const MdspStereo *s)
{
  double correlation = mdsp_stereo_programme (s, MDSP_STEREO_LOW).correlation;

  if (mdsp_stereo_level_db (s, MDSP_STEREO_LOW) > RELEVANT_DB &&
      correlation < MONO_BASS_CORRELATION)
    g_string_append_printf (
        out,
        "Its bass is not in the middle (correlation %.2f below 150 Hz), which matters on "
        "vinyl and in clubs: --for vinyl or --for dj makes it mono.\n",
        correlation);
}

static void
balance_line (GString *out, const MdspStereo *s)
{
  double db = mdsp_stereo_programme (s, MDSP_STEREO_BROAD).balance_db;

  if (fabs (db) >= BALANCE_MIN_DB && fabs (db) <= BALANCE_MAX_DB)
    g_string_append_printf (out, "Its %s side is %.1f dB louder than the other.\n",
                            db > 0.0 ? "right" : "left", fabs (db));
}

gboolean
stereo_report_sentences (GString *out, const Analysis *a)
{
  const MdspStereo *s = stereo_field_measured (a->stereo);
  g_autoptr (GPtrArray) findings = stereo_findings (a->stereo);

  if (!s)
    return FALSE;
  findings_lines (out, findings);
  if (findings->len == 0) {
    width_line (out, s, &a->meter);
    bass_line (out, s);
  }
  balance_line (out, s);
  return stereo_findings_cancel (findings);
}

static void
table_row (GString *out, const char *name, const MdspStereo *s, guint band)
{
  MdspStereoReading r = mdsp_stereo_programme (s, band);

  if (!isfinite (mdsp_stereo_level_db (s, band)))
    return;
  g_string_append_printf (out, "  %-12s %8.1f %12.2f %10.1f %10.1f %10.1f\n", name,
                          mdsp_stereo_level_db (s, band), r.correlation, r.side_mid_db,
                          r.mono_change_lu, r.balance_db);
}

void
stereo_report_table (GString *out, const Analysis *a)
{
  const MdspStereo *s = stereo_field_measured (a->stereo);

  if (!s)
    return;
  g_string_append_printf (out, "\n  %-12s %8s %12s %10s %10s %10s\n", "octave", "level dB",
                          "correlation", "side-mid", "in mono", "right-left");
  for (guint k = 0; k < mdsp_stereo_n_octaves (s); k++) {
    double hz = mdsp_stereo_octave_hz (k);
    g_autofree char *name =
        hz < 1000.0 ? g_strdup_printf ("%.0f Hz", hz) : g_strdup_printf ("%.0f kHz", hz / 1000.0);

    table_row (out, name, s, k);
  }
  table_row (out, "under 150 Hz", s, MDSP_STEREO_LOW);
  table_row (out, "all", s, MDSP_STEREO_BROAD);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void
add_reading (JsonBuilder *b, const MdspStereo *s, guint band)
{
  MdspStereoReading r = mdsp_stereo_programme (s, band);

  json_add_number (b, "level", mdsp_stereo_level_db (s, band));
  json_add_number (b, "correlation", r.correlation);
  json_add_number (b, "side-mid", r.side_mid_db);
  json_add_number (b, "mono-change", r.mono_change_lu);
  json_add_number (b, "balance", r.balance_db);
}

static void
add_band (JsonBuilder *b, const char *name, const MdspStereo *s, guint band)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_object (b);
  add_reading (b, s, band);
  json_builder_end_object (b);
}

static void
add_octaves (JsonBuilder *b, const MdspStereo *s)
{
  json_builder_set_member_name (b, "octaves");
  json_builder_begin_array (b);
  for (guint k = 0; k < mdsp_stereo_n_octaves (s); k++) {
    json_builder_begin_object (b);
    json_add_number (b, "frequency", mdsp_stereo_octave_hz (k));
    add_reading (b, s, k);
    json_builder_end_object (b);
  }
  json_builder_end_array (b);
}

static void
add_fault (JsonBuilder *b, const MdspStereo *s, guint fault)
{
  static const char *const names[] = {
    [MDSP_STEREO_POLARITY] = "polarity",   [MDSP_STEREO_SILENT] = "silent-channel",
    [MDSP_STEREO_DELAY] = "late-channel",  [MDSP_STEREO_DELAY_INVERTED] = "late-inverted-channel",
    [MDSP_STEREO_WIDE_BASS] = "wide-bass",
  };
  const MdspStereoSpans *spans = mdsp_stereo_fault (s, fault);

  json_builder_begin_object (b);
  json_add_text (b, "id", fault < MDSP_STEREO_CANCEL ? names[fault] : "cancellation");
  if (fault >= MDSP_STEREO_CANCEL)
    json_add_number (b, "frequency", mdsp_stereo_octave_hz (fault - MDSP_STEREO_CANCEL));
  json_add_number (b, "value", spans->value);
  json_add_number (b, "times", spans->n_spans);
  json_add_number (b, "seconds", (double) spans->total / s->rate_hz);
  json_add_number (b, "first", (double) spans->first / s->rate_hz);
  json_add_number (b, "last", (double) spans->last / s->rate_hz);
  json_add_number (b, "longest-start", (double) spans->start / s->rate_hz);
  json_add_number (b, "longest-end", (double) spans->end / s->rate_hz);
  json_builder_end_object (b);
}

/* All that was seen, also what is too short for a sentence. */
static void
add_faults (JsonBuilder *b, const MdspStereo *s)
{
  json_builder_set_member_name (b, "faults");
  json_builder_begin_array (b);
  for (guint fault = 0; fault < MDSP_STEREO_N_FAULTS; fault++)
    if (mdsp_stereo_fault (s, fault)->n_spans > 0)
      add_fault (b, s, fault);
  json_builder_end_array (b);
}

static void
add_findings (JsonBuilder *b, const StereoField *field)
{
  g_autoptr (GPtrArray) findings = stereo_findings (field);

  json_builder_set_member_name (b, "problems");
  json_builder_begin_array (b);
  for (guint i = 0; i < findings->len; i++) {
    const StereoFinding *f = findings->pdata[i];

    json_builder_begin_object (b);
    json_add_text (b, "id", f->id);
    json_add_text (b, "where", f->where);
    json_add_text (b, "text", f->text);
    json_builder_end_object (b);
  }
  json_builder_end_array (b);
}

void
stereo_report_json (JsonBuilder *b, const char *name, const StereoField *field)
{
  const MdspStereo *s = stereo_field_measured (field);
  MdspStereoSteadiness steady;

  json_builder_set_member_name (b, name);
  if (!s) {
    json_builder_add_null_value (b);
    return;
  }
  steady = mdsp_stereo_steadiness (s);
  json_builder_begin_object (b);
  add_reading (b, s, MDSP_STEREO_BROAD);
  json_builder_set_member_name (b, "same-channels");
  json_builder_add_boolean_value (b, mdsp_stereo_is_dual_mono (s));
  json_add_number (b, "correlation-mean", steady.mean);
  json_add_number (b, "correlation-min", steady.minimum);
  json_add_number (b, "correlation-min-at", (double) steady.minimum_at / s->rate_hz);
  json_add_number (b, "correlation-negative", steady.negative);
  add_band (b, "below-150", s, MDSP_STEREO_LOW);
  add_band (b, "above-10000", s, MDSP_STEREO_HIGH);
  add_octaves (b, s);
  add_faults (b, s);
  add_findings (b, field);
  json_builder_end_object (b);
}

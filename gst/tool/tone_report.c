/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "tone_report.h"

#include "json.h"
#include "tone_words.h"

#include <math.h>

typedef struct {
  const char *name;
  MdspToneRange range;
} Part;

/* Bands as in measure/spectrum.h: 17 is 1 kHz. */
static const Part parts[] = {
  { "deep bass", { 0, 4 } }, { "bass", { 5, 9 } },       { "low mids", { 10, 14 } },
  { "mids", { 15, 19 } },    { "presence", { 20, 24 } }, { "treble", { 25, 28 } },
  { "air", { 29, 30 } },
};

typedef struct {
  double deviation_db, tolerance_db; /* NAN: not known */
  gboolean judged, empty;
} PartReading;

static PartReading
read_part (const Tone *t, const MdspToneReading *r, const MdspToneRange *range)
{
  PartReading p = { 0.0, 0.0, FALSE, FALSE };
  guint n = 0, n_empty = 0, n_judged = 0, n_all = range->last - range->first + 1;

  for (guint b = range->first; b <= range->last; b++) {
    n_empty += r->empty[b];
    n_judged += r->judged[b];
    if (r->empty[b] || !isfinite (r->deviation_db[b]))
      continue;
    p.deviation_db += r->deviation_db[b];
    p.tolerance_db += t->target->judgment.tolerance_db[b];
    n++;
  }
  p.empty = 2 * n_empty > n_all;
  p.judged = 2 * n_judged >= n_all;
  p.deviation_db = n > 0 && !p.empty ? p.deviation_db / n : NAN;
  p.tolerance_db = n > 0 ? p.tolerance_db / n : NAN;
  return p;
}

static gboolean
is_outside (const PartReading *p)
{
  return p->judged && fabs (p->deviation_db) > p->tolerance_db;
}

static const char *
verdict (const PartReading *p)
{
  if (p->empty)
    return "nothing there";
  if (!p->judged)
    return isnan (p->deviation_db) ? "not known" : "only looked at";
  if (!is_outside (p))
    return "as usual";
  return p->deviation_db > 0.0 ? "more than usual" : "less than usual";
}

static void
add_parts (GString *out, const Tone *t)
{
  guint n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    PartReading p = read_part (t, &t->judged, &parts[i].range);

    if (!is_outside (&p))
      continue;
    g_string_append_printf (out, "%s%s %s (%+.1f dB)", n > 0 ? ", " : "",
                            p.deviation_db > 0.0 ? "more" : "less", parts[i].name, p.deviation_db);
    n++;
  }
  if (n == 0)
    g_string_append (out, "nothing that is out of its range");
}

void
tone_report_sentences (GString *out, const Tone *t)
{
  if (!t || t->judged.n_judged < MDSP_TONE_LEAST_BANDS)
    return;
  g_string_append_printf (out, "Against %s its tonal balance has ", t->target->text);
  add_parts (out, t);
  g_string_append (out, ".\n");
  for (guint i = 0; i < t->n_problems; i++) {
    const MdspToneProblem *problem = &t->problems[i];
    g_autofree char *where = tone_range_text (problem->range.first, problem->range.last);
    g_autofree char *text = tone_problem_text (t, problem);

    g_string_append_printf (out, "! %s: %s.\n", where, text);
  }
}

static const char *
decibels (char *buffer, gsize size, double value)
{
  buffer[0] = '\0';
  if (isfinite (value))
    g_snprintf (buffer, size, "%+.1f", rint (value * 10.0) / 10.0 + 0.0);
  return buffer;
}

static gboolean
has (const MdspSpectrumReading *spectrum)
{
  return spectrum && spectrum->n_bands > 0;
}

void
tone_report_table (GString *out, const Tone *t, const MdspSpectrumReading *after)
{
  MdspToneReading then;

  if (!t || t->judged.n_judged < MDSP_TONE_LEAST_BANDS)
    return;
  if (has (after))
    tone_compare (t, after, &then);
  g_string_append_printf (out, "\n  %-24s %9s %9s\n", "tonal balance", has (after) ? "mix" : "",
                          has (after) ? "master" : "");
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    PartReading a = read_part (t, &t->judged, &parts[i].range);
    PartReading b = has (after) ? read_part (t, &then, &parts[i].range) : a;
    g_autofree char *range = tone_range_text (parts[i].range.first, parts[i].range.last);
    g_autofree char *name = g_strdup_printf ("%s, %s", parts[i].name, range);
    char x[16], y[16];

    g_string_append_printf (out, "  %-24s %9s %9s dB   %s", name,
                            has (after) ? decibels (x, sizeof x, a.deviation_db) : "",
                            decibels (y, sizeof y, b.deviation_db), verdict (&b));
    if (b.judged)
      g_string_append_printf (out, " (usual is +- %.1f)", b.tolerance_db);
    g_string_append_c (out, '\n');
  }
}

static void
add_curve (JsonBuilder *b, const char *name, const double *values)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_array (b);
  for (guint i = 0; i < MDSP_TONE_BANDS; i++)
    if (isfinite (values[i]))
      json_builder_add_double_value (b, values[i]);
    else
      json_builder_add_null_value (b);
  json_builder_end_array (b);
}

static void
add_reading (JsonBuilder *b, const char *name, const double *level, const MdspToneReading *r)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_object (b);
  if (level)
    add_curve (b, "level", level);
  add_curve (b, "deviation", r->deviation_db);
  add_curve (b, "outside", r->outside_db);
  json_add_number (b, "distance-rms", r->distance_rms_db);
  json_add_number (b, "outside-rms", r->outside_rms_db);
  json_builder_end_object (b);
}

static void
add_bands (JsonBuilder *b, const MdspTonePlan *plan)
{
  json_builder_set_member_name (b, "bands");
  json_builder_begin_array (b);
  for (guint i = 0; i < plan->n_bands; i++) {
    const MdspEqBandParams *band = &plan->band[i];

    json_builder_begin_object (b);
    json_add_text (b, "type", tone_type_id (band));
    json_add_number (b, "frequency", band->frequency_hz);
    json_add_number (b, "gain", band->gain_db);
    if (band->type == MDSP_EQ_BELL)
      json_add_number (b, "q", band->q);
    json_builder_set_member_name (b, "slope");
    json_builder_add_int_value (b, band->slope);
    json_builder_set_member_name (b, "level-only");
    json_builder_add_boolean_value (b, plan->has_level && i + 1 == plan->n_bands);
    json_builder_end_object (b);
  }
  json_builder_end_array (b);
}

static void
add_problems (JsonBuilder *b, const Tone *t)
{
  json_builder_set_member_name (b, "problems");
  json_builder_begin_array (b);
  for (guint i = 0; i < t->n_problems; i++) {
    const MdspToneProblem *problem = &t->problems[i];
    g_autofree char *where = tone_range_text (problem->range.first, problem->range.last);

    json_builder_begin_object (b);
    json_add_text (b, "id", tone_problem_id (problem));
    json_add_text (b, "where", where);
    json_add_number (b, "deviation", problem->deviation_db);
    json_builder_end_object (b);
  }
  json_builder_end_array (b);
}

static void
add_judged (JsonBuilder *b, const Tone *t)
{
  json_builder_set_member_name (b, "judged");
  json_builder_begin_array (b);
  for (guint i = 0; i < MDSP_TONE_BANDS; i++)
    json_builder_add_boolean_value (b, t->judged.judged[i]);
  json_builder_end_array (b);
}

/* What was decided, and what came of it. */
static void
add_plan (JsonBuilder *b, const Tone *t)
{
  const MdspTonePlan *plan = &t->plan;

  json_add_number (b, "amount", t->amount * 100.0);
  json_add_number (b, "max-move", t->cap_db);
  add_bands (b, plan);
  if (plan->n_bands == 0)
    return;
  add_curve (b, "response-predicted", plan->response_db);
  if (t->achieved.n_judged > 0)
    add_curve (b, "response-measured", t->achieved_response_db);
  json_add_number (b, "distance-before", plan->before.distance_rms_db);
  json_add_number (b, "distance-predicted", plan->predicted.distance_rms_db);
  if (t->achieved.n_judged > 0) {
    json_add_number (b, "distance-measured", t->achieved.distance_rms_db);
    json_add_number (b, "miss-rms", tone_miss_db (t));
  }
}

void
tone_report_json (JsonBuilder *b, const Tone *t, const MdspSpectrumReading *before,
                  const MdspSpectrumReading *after)
{
  double centre[MDSP_TONE_BANDS];

  json_builder_set_member_name (b, "tone");
  if (!t || t->judged.n_judged == 0) {
    json_builder_add_null_value (b);
    return;
  }
  for (guint i = 0; i < MDSP_TONE_BANDS; i++)
    centre[i] = mdsp_spectrum_centre_hz (i);
  json_builder_begin_object (b);
  json_add_text (b, "target", t->target->text);
  json_add_text (b, "why", t->target->why);
  json_add_number (b, "gated-seconds", before->gated_s);
  add_curve (b, "frequency", centre);
  add_curve (b, "tolerance", t->target->judgment.tolerance_db);
  add_judged (b, t);
  add_reading (b, "before", before->level_db, &t->judged);
  if (has (after)) {
    MdspToneReading then;

    tone_compare (t, after, &then);
    add_reading (b, "after", after->level_db, &then);
  }
  if (t->achieved.n_judged > 0)
    add_reading (b, "achieved", NULL, &t->achieved);
  add_problems (b, t);
  if (t->rate > 0)
    add_plan (b, t);
  json_builder_end_object (b);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "translation_report.h"

#include "json.h"

#include <math.h>

/* "phone, laptop and car" */
static char *
passed_devices (const Translation *t)
{
  GString *out = g_string_new (NULL);
  guint n = 0, n_passed = 0;

  for (guint i = 0; i < t->n_results; i++)
    n_passed += t->results[i].verdict == TRANSLATES_WELL;
  for (guint i = 0; i < t->n_results; i++)
    if (t->results[i].verdict == TRANSLATES_WELL) {
      const char *join = n == 0 ? "" : n + 1 == n_passed ? " and " : ", ";

      g_string_append_printf (out, "%s%s", join, t->results[i].device->name);
      n++;
    }
  return g_string_free (out, FALSE);
}

static gboolean
had (const GPtrArray *findings, Verdict verdict)
{
  for (guint i = 0; findings && i < findings->len; i++)
    if (((Finding *) findings->pdata[i])->verdict == verdict)
      return TRUE;
  return FALSE;
}

void
translation_report_sentences (GString *out, const Translation *before, const Translation *t,
                              gboolean told_why_it_cancels)
{
  g_autoptr (GPtrArray) old = translation_findings (before), found = translation_findings (t);
  g_autofree char *passed = NULL;

  if (!translation_is_measured (t))
    return;
  for (guint i = 0; i < found->len; i++) {
    const Finding *finding = found->pdata[i];

    if (!had (old, finding->verdict) &&
        !(told_why_it_cancels && finding->verdict == TRANSLATES_CANCELS))
      g_string_append_printf (out, "! %s.\n", finding->text);
  }
  passed = passed_devices (t);
  if (*passed)
    g_string_append_printf (out, "Bass and treble are as balanced as in released music on: %s.\n", passed);
}

/* 0.04 LU down is no change, not "-0.0". */
static double
tenths (double value)
{
  return rint (value * 10.0) / 10.0 + 0.0;
}

/* "-3.4"; "nothing" where nothing is left, "" where nothing was measured. */
static const char *
change_text (char *buffer, gsize size, double change)
{
  if (isfinite (change))
    g_snprintf (buffer, size, tenths (change) == 0.0 ? "%.1f" : "%+.1f", tenths (change));
  else
    g_snprintf (buffer, size, "%s", isnan (change) ? "" : "nothing");
  return buffer;
}

/* What its filters do, which is what is compared with released music. */
static double
tonal_change (const Translation *t, guint i)
{
  return t && i < t->n_results ? t->results[i].reading.tonal_change_lu : NAN;
}

static gboolean
is_plain_mono (const Device *d)
{
  const MdspPlaybackParams *p = &d->params;

  return p->mono && p->highpass_hz == 0.0 && p->lowpass_hz == 0.0 && p->shelf_db == 0.0;
}

/* Of a device that only folds. */
static const char *
fold_text (double change_lu)
{
  return change_lu > -0.5   ? "nothing is lost"
         : change_lu > -2.5 ? "little is lost"
                            : "as much as unrelated sides lose";
}

static void
table_row (GString *out, const Translation *before, const Translation *after, guint i)
{
  const DeviceResult *r = &after->results[i];
  const MdspPlaybackParams *p = &r->device->params;
  gboolean folds = p->mono || p->mono_below_hz > 0.0;
  gboolean only_folds = is_plain_mono (r->device) || p->mono_below_hz > 0.0;
  char a[16], b[16], usual[16], mono[16];

  g_string_append_printf (out, "  %-24s %9s %9s %9s %9s   %s\n", r->device->name,
                          change_text (a, sizeof a, tonal_change (before, i)),
                          change_text (b, sizeof b, tonal_change (after, i)),
                          change_text (usual, sizeof usual, r->device->expected_change_lu),
                          change_text (mono, sizeof mono, folds ? r->reading.mono_change_lu : NAN),
                          only_folds && r->verdict == TRANSLATES_WELL
                              ? fold_text (r->reading.mono_change_lu)
                              : verdict_text (r->verdict));
}

void
translation_report_table (GString *out, const Translation *before, const Translation *after)
{
  if (!translation_is_measured (after))
    return;
  g_string_append_printf (out, "\n  %-24s %9s %9s %9s %9s\n", "loudness changes on",
                          before ? "mix" : "", before ? "master" : "dB", "usually", "by mono");
  for (guint i = 0; i < after->n_results; i++)
    table_row (out, before, after, i);
}

static void
add_device (JsonBuilder *b, const DeviceResult *r)
{
  json_builder_begin_object (b);
  json_add_text (b, "device", r->device->id);
  json_add_number (b, "loudness", r->reading.loudness_lufs);
  json_add_number (b, "change", r->reading.change_lu);
  json_add_number (b, "mono-change", r->reading.mono_change_lu);
  json_add_number (b, "tonal-change", r->reading.tonal_change_lu);
  json_add_number (b, "expected-change", r->device->expected_change_lu);
  json_add_number (b, "tolerance", r->device->tolerance_lu);
  if (isfinite (r->device->params.noise_lufs))
    json_add_number (b, "drowned", r->reading.drowned);
  json_add_text (b, "verdict", verdict_id (r->verdict));
  json_add_text (b, "verdict-text", verdict_text (r->verdict));
  json_builder_end_object (b);
}

void
translation_report_json (JsonBuilder *b, const char *name, const Translation *t)
{
  json_builder_set_member_name (b, name);
  if (!translation_is_measured (t)) {
    json_builder_add_null_value (b);
    return;
  }
  json_builder_begin_array (b);
  for (guint i = 0; i < t->n_results; i++)
    add_device (b, &t->results[i]);
  json_builder_end_array (b);
}

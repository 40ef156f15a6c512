/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "headroom_report.h"

#include "report.h"

#include "kernels/dmath.h"

#include <math.h>

/* A true peak within this of a sample is that sample. */
#define ON_SAMPLE_DB 0.05
/* So many moments are listed at most, this far apart. */
#define MAX_PLACES  20
#define PLACE_CELLS 5

gboolean
headroom_holds (const Headroom *h)
{
  for (guint i = 0; i < h->codecs->len; i++)
    if (((const CodecHeadroom *) h->codecs->pdata[i])->n_over > 0)
      return FALSE;
  return TRUE;
}

static double
peak_db (const MdspPeakCell *cell)
{
  return mdsp_db_from_lin (cell->true_peak_lin);
}

static double
seconds_of (const CodecHeadroom *c, const MdspPeakCell *cell)
{
  return (double) cell->frame / c->rate_hz;
}

static gboolean
on_sample (const MdspPeakCell *cell)
{
  return peak_db (cell) - mdsp_db_from_lin (cell->sample_peak_lin) < ON_SAMPLE_DB;
}

static const char *
channel_text (const Headroom *h, const MdspPeakCell *cell)
{
  return h->channels == 1 ? "mono" : cell->channel == 0 ? "left" : "right";
}

static char *
place_text (const Headroom *h, const CodecHeadroom *c)
{
  double s = seconds_of (c, &c->worst);

  return g_strdup_printf ("%d:%06.3f %s, %s", (int) (s / 60.0), fmod (s, 60.0),
                          channel_text (h, &c->worst),
                          on_sample (&c->worst) ? "on a sample" : "between samples");
}

/* --- for people ---------------------------------------------------------------------------------- */

/* What further encodes may come to, where that is another answer. */
static void
further (GString *out, const Headroom *h, const CodecHeadroom *c)
{
  if (c->reach_dbtp > h->ceiling_dbtp)
    g_string_append_printf (out, " One encode in thirty may reach %+.1f dBTP.", c->reach_dbtp);
  g_string_append_c (out, '\n');
}

static void
sentence (GString *out, const Headroom *h, const CodecHeadroom *c)
{
  double worst = peak_db (&c->worst);

  if (c->worst.true_peak_lin <= 0.0f)
    g_string_append_printf (out,
                            "%s: holds. What comes back is more than 6 dB under the master's "
                            "peaks.",
                            c->codec->label);
  else if (c->n_over == 0)
    g_string_append_printf (out, "%s: holds. Its decoded peaks reach %+.1f dBTP at most.",
                            c->codec->label, worst);
  else
    g_string_append_printf (out,
                            "%s: lower the ceiling by %.1f dB. Decoded it peaks at %+.1f dBTP, and "
                            "what is over 0 is clipped by most players.",
                            c->codec->label, c->lower_db, worst);
  further (out, h, c);
}

static void
answer (GString *out, const Headroom *h)
{
  if (h->codecs->len == 0)
    return;
  if (headroom_holds (h))
    g_string_append_printf (out,
                            "\nThe ceiling of this file, %.1f dBTP, holds: no decoded peak is "
                            "over %g dBTP.\n",
                            h->true_peak_dbtp, h->ceiling_dbtp);
  else
    g_string_append_printf (out,
                            "\nThe highest ceiling at which no decoded peak is over %g dBTP: %.1f "
                            "dBTP (gst-master-1.0 master --ceiling %.1f).\n",
                            h->ceiling_dbtp, h->holds_dbtp, h->holds_dbtp);
}

/* Under 400 ms there is no loudness (BS.1770-5: one gating block), and so no change of it. */
static char *
change_text (double change_lu)
{
  return isfinite (change_lu) ? g_strdup_printf ("%+6.2f LU", change_lu) : g_strdup ("        -");
}

static void
table_row (GString *out, const Headroom *h, const CodecHeadroom *c, double loudness_lufs)
{
  g_autofree char *place = place_text (h, c);
  g_autofree char *change = change_text (c->loudness_lufs - loudness_lufs);

  if (c->worst.true_peak_lin <= 0.0f)
    return;
  g_string_append_printf (
      out, "  %-22s %+6.2f dBTP %+6.2f dBTP %5.2f dB %6u %s  %-30s  %s, %u encode%s\n",
      c->codec->label, peak_db (&c->worst), c->reach_dbtp, codec_headroom_spread_db (c), c->n_over,
      change, place, c->codec->encoder_text, c->encodes->len, c->encodes->len == 1 ? "" : "s");
}

char *
headroom_report_text (const Input *input, const Analysis *a, const Headroom *h)
{
  GString *out = g_string_new (NULL);

  report_head (out, input, a);
  if (meter_has_loudness (&a->meter))
    g_string_append_printf (out, "%.1f LUFS, ", a->meter.loudness);
  else
    g_string_append (out, "Shorter than 0.4 seconds or too quiet for a loudness, ");
  g_string_append_printf (out, "true peak %.1f dBTP.\n", h->true_peak_dbtp);
  report_unusable_samples (out, &a->meter);
  for (guint i = 0; i < h->codecs->len; i++)
    sentence (out, h, h->codecs->pdata[i]);
  for (guint i = 0; i < h->missing->len; i++)
    g_string_append_printf (out, "%s\n", (char *) h->missing->pdata[i]);
  answer (out, h);
  if (h->codecs->len > 0)
    g_string_append (
        out,
        "\n  codec                      highest     1 in 30   spread  overs loudness  where\n");
  for (guint i = 0; i < h->codecs->len; i++)
    table_row (out, h, h->codecs->pdata[i], a->meter.loudness);
  return g_string_free (out, FALSE);
}

/* --- for machines -------------------------------------------------------------------------------- */

static void
json_add_count (JsonBuilder *b, const char *name, gint64 value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_int_value (b, value);
}

static void
json_place (JsonBuilder *b, const Headroom *h, const CodecHeadroom *c, const MdspPeakCell *cell)
{
  json_builder_begin_object (b);
  json_add_number (b, "seconds", seconds_of (c, cell));
  json_add_count (b, "frame", cell->frame);
  json_add_text (b, "channel", channel_text (h, cell));
  json_add_text (b, "at", on_sample (cell) ? "sample" : "between");
  json_add_number (b, "true-peak", peak_db (cell));
  json_add_number (b, "sample-peak", mdsp_db_from_lin (cell->sample_peak_lin));
  json_builder_end_object (b);
}

/* The highest moments over the ceiling, in the order of height; none twice. */
static void
json_places (JsonBuilder *b, const Headroom *h, const CodecHeadroom *c)
{
  g_autofree gboolean *told = g_new0 (gboolean, c->n_cells);
  double limit = mdsp_lin_from_db (h->ceiling_dbtp);

  json_builder_set_member_name (b, "overs");
  json_builder_begin_array (b);
  for (guint n = 0; n < MAX_PLACES; n++) {
    const MdspPeakCell *next = NULL;
    gsize at = 0;

    for (gsize i = 0; i < c->n_cells; i++)
      if (!told[i] && c->cells[i].true_peak_lin > limit &&
          (!next || c->cells[i].true_peak_lin > next->true_peak_lin))
        next = &c->cells[at = i];
    if (!next)
      break;
    json_place (b, h, c, next);
    for (gsize i = at > PLACE_CELLS ? at - PLACE_CELLS : 0;
         i < MIN (at + PLACE_CELLS + 1, c->n_cells); i++)
      told[i] = TRUE;
  }
  json_builder_end_array (b);
}

static void
json_encodes (JsonBuilder *b, const CodecHeadroom *c)
{
  json_builder_set_member_name (b, "encodes");
  json_builder_begin_array (b);
  for (guint i = 0; i < c->encodes->len; i++) {
    const HeadroomEncode *e = &g_array_index (c->encodes, HeadroomEncode, i);

    json_builder_begin_object (b);
    json_add_count (b, "lead", e->lead);
    json_builder_set_member_name (b, "whole");
    json_builder_add_boolean_value (b, e->whole);
    json_add_number (b, "true-peak", mdsp_db_from_lin (e->peak_lin));
    json_builder_end_object (b);
  }
  json_builder_end_array (b);
}

static void
json_codec (JsonBuilder *b, const Headroom *h, const CodecHeadroom *c, double loudness_lufs)
{
  json_builder_begin_object (b);
  json_add_text (b, "codec", c->codec->id);
  json_add_text (b, "name", c->codec->label);
  json_add_text (b, "encoder", c->codec->encoder_text);
  json_add_text (b, "encoder-version",
                 c->codec->encoder_version ? c->codec->encoder_version : "unknown");
  json_add_count (b, "rate", c->rate_hz);
  json_add_number (b, "true-peak", peak_db (&c->worst));
  json_add_number (b, "true-peak-1-in-30", c->reach_dbtp);
  json_add_number (b, "spread", codec_headroom_spread_db (c));
  json_add_count (b, "n-overs", c->n_over);
  json_add_number (b, "overs-expected", c->expected);
  json_add_number (b, "loudness", c->loudness_lufs);
  json_add_number (b, "loudness-change", c->loudness_lufs - loudness_lufs);
  json_add_number (b, "lower-by", c->lower_db);
  json_builder_set_member_name (b, "worst");
  json_place (b, h, c, &c->worst);
  json_places (b, h, c);
  json_encodes (b, c);
  json_builder_end_object (b);
}

void
headroom_report_json (JsonBuilder *b, const Headroom *h, double loudness_lufs)
{
  json_builder_set_member_name (b, "headroom");
  json_builder_begin_object (b);
  json_add_number (b, "true-peak-16x", h->true_peak_dbtp);
  json_add_number (b, "decoded-ceiling", h->ceiling_dbtp);
  json_add_number (b, "ceiling-that-holds", h->holds_dbtp);
  json_builder_set_member_name (b, "holds");
  json_builder_add_boolean_value (b, headroom_holds (h));
  json_builder_set_member_name (b, "codecs");
  json_builder_begin_array (b);
  for (guint i = 0; i < h->codecs->len; i++)
    json_codec (b, h, h->codecs->pdata[i], loudness_lufs);
  json_builder_end_array (b);
  json_builder_set_member_name (b, "missing");
  json_builder_begin_array (b);
  for (guint i = 0; i < h->missing->len; i++)
    json_builder_add_string_value (b, h->missing->pdata[i]);
  json_builder_end_array (b);
  json_builder_end_object (b);
}

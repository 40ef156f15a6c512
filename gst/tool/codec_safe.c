/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "codec_safe.h"

#include "json.h"
#include "settings_curve.h"

void
codec_safe_clear (CodecSafe *safe)
{
  g_clear_pointer (&safe->sound, sound_free);
  g_clear_pointer (&safe->headroom, headroom_free);
  g_clear_pointer (&safe->cut_db, g_free);
  g_clear_pointer (&safe->shares, g_array_unref);
  g_clear_pointer (&safe->missing, g_ptr_array_unref);
  g_clear_pointer (&safe->tried, g_ptr_array_unref);
}

void
codec_safe_take (CodecSafe *to, const CodecSafe *from)
{
  codec_safe_clear (to);
  *to = *from;
  to->codecs = NULL;
  to->sound = NULL;
  to->headroom = NULL;
  to->cut_db = g_memdup2 (from->cut_db, from->n_cells * sizeof *from->cut_db);
  to->shares = g_array_ref (from->shares);
  to->missing = g_ptr_array_ref (from->missing);
  to->tried = g_ptr_array_ref (from->tried);
}

void
codec_safe_put_curve (const CodecSafe *safe, Settings *settings, double ceiling_dbtp)
{
  g_autoptr (GArray) points = NULL;

  if (!safe->cut_db)
    return;
  points = g_array_new (FALSE, FALSE, sizeof (SettingsPoint));
  for (gsize i = 0; i < safe->n_cells; i++) {
    SettingsPoint point = { (double) i * TRIAL_CELL_MS * 0.001,
                            MAX (ceiling_dbtp - safe->cut_db[i], -24.0) };

    if (i == 0 || safe->cut_db[i] != safe->cut_db[i - 1])
      g_array_append_val (points, point);
  }
  settings_set_curve (settings, SETTINGS_LIMIT, "ceiling",
                      (const SettingsPoint *) (gpointer) points->data,
                      codec_safe_n_lowered (safe) > 0 ? points->len : 0);
}

double
codec_safe_deepest_db (const CodecSafe *safe)
{
  double deepest = 0.0;

  for (gsize i = 0; i < safe->n_cells; i++)
    deepest = MAX (deepest, safe->cut_db[i]);
  return deepest + safe->lowered_db;
}

gsize
codec_safe_n_lowered (const CodecSafe *safe)
{
  gsize n = 0;

  for (gsize i = 0; i < safe->n_cells; i++)
    n += safe->cut_db[i] > 0.0;
  return n;
}

/* --- told ----------------------------------------------------------------------------------------- */

static void
json_share (JsonBuilder *b, const CodecShare *s)
{
  json_builder_begin_object (b);
  json_add_text (b, "codec", s->codec->id);
  json_add_text (b, "encoder", s->codec->encoder_text);
  json_add_number (b, "true-peak-before", s->before_dbtp);
  json_add_number (b, "true-peak", s->after_dbtp);
  json_add_number (b, "lowered-by", s->asked_db);
  json_add_number (b, "lowered-seconds", (double) s->n_cells * TRIAL_CELL_MS * 0.001);
  json_builder_end_object (b);
}

void
codec_safe_json (const CodecSafe *safe, JsonBuilder *b)
{
  if (!safe->shares)
    return;
  json_builder_set_member_name (b, "codec-safe");
  json_builder_begin_object (b);
  json_add_number (b, "loudness-before", safe->loudness_before);
  json_add_number (b, "deepest", codec_safe_deepest_db (safe));
  json_add_number (b, "lowered-everywhere", safe->lowered_db);
  json_add_number (b, "lowered-seconds",
                   (double) codec_safe_n_lowered (safe) * TRIAL_CELL_MS * 0.001);
  json_add_number (b, "rounds", safe->n_rounds);
  json_builder_set_member_name (b, "codecs");
  json_builder_begin_array (b);
  for (guint i = 0; i < safe->shares->len; i++)
    json_share (b, &g_array_index (safe->shares, CodecShare, i));
  json_builder_end_array (b);
  json_builder_end_object (b);
}

static const CodecShare *
highest_of (const CodecSafe *safe)
{
  const CodecShare *highest = &g_array_index (safe->shares, CodecShare, 0);

  for (guint i = 1; i < safe->shares->len; i++) {
    const CodecShare *s = &g_array_index (safe->shares, CodecShare, i);

    if (s->after_dbtp > highest->after_dbtp)
      highest = s;
  }
  return highest;
}

void
codec_safe_sentences (const CodecSafe *safe, GString *out)
{
  const CodecShare *highest;
  gsize n;

  if (!safe->shares || safe->shares->len == 0)
    return;
  highest = highest_of (safe);
  n = codec_safe_n_lowered (safe);
  if (safe->shares->len > 1)
    g_string_append_printf (out, "After all %u codecs", safe->shares->len);
  else
    g_string_append (out, "After its codec");
  g_string_append_printf (out, " its highest decoded peak is %+.1f dBTP (%s)", highest->after_dbtp,
                          highest->codec->label);
  if (n == 0 && safe->lowered_db == 0.0)
    g_string_append (out, "; nothing had to be done for that.\n");
  else if (safe->lowered_db == 0.0)
    g_string_append_printf (out,
                            ". For that the ceiling comes down for %.1f seconds in all, by %.1f dB "
                            "at most.\n",
                            (double) n * TRIAL_CELL_MS * 0.001, codec_safe_deepest_db (safe));
  else
    g_string_append_printf (out,
                            ". For that the ceiling comes down by %.1f dB, and by up to %.1f dB "
                            "where it is needed.\n",
                            safe->lowered_db, codec_safe_deepest_db (safe));
}

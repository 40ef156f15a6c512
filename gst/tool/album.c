/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "album.h"

#include "json.h"
#include "platform.h"

#include <math.h>

Album *
album_new (void)
{
  Album *a = g_new0 (Album, 1);

  a->names = g_ptr_array_new_with_free_func (g_free);
  a->meters = g_array_new (FALSE, FALSE, sizeof (Meter));
  return a;
}

void
album_free (Album *a)
{
  if (!a)
    return;
  if (a->begun)
    mdsp_loudness_clear (&a->loudness);
  g_ptr_array_unref (a->names);
  g_array_unref (a->meters);
  g_free (a);
}

static gboolean
begin_first (Album *a, const GstAudioInfo *info)
{
  /* Mono counts as it plays, from two loudspeakers. */
  const double weights[2] = { GST_AUDIO_INFO_CHANNELS (info) == 1 ? 2.0 : 1.0, 1.0 };
  MdspLoudnessParams params = { GST_AUDIO_INFO_RATE (info), GST_AUDIO_INFO_CHANNELS (info),
                                weights };

  if (GST_AUDIO_INFO_CHANNELS (info) > 2) {
    a->mixed = TRUE;
    return TRUE;
  }
  a->info = *info;
  a->begun = mdsp_loudness_init (&a->loudness, &params, mdsp_kernels_get ()) == MDSP_OK;
  return a->begun;
}

static gboolean
begin (gpointer self, const GstAudioInfo *info)
{
  Album *a = self;

  if (!a->begun && !a->mixed)
    return begin_first (a, info);
  if (GST_AUDIO_INFO_RATE (info) != GST_AUDIO_INFO_RATE (&a->info) ||
      GST_AUDIO_INFO_CHANNELS (info) != GST_AUDIO_INFO_CHANNELS (&a->info))
    a->mixed = TRUE;
  return TRUE;
}

static void
take (gpointer self, const float *const planes[], guint n_frames)
{
  Album *a = self;

  if (!a->mixed)
    mdsp_loudness_process (&a->loudness, planes, n_frames);
}

Listener
album_listener (Album *album)
{
  return (Listener){ begin, take, album };
}

void
album_add (Album *album, const char *name, const Meter *meter)
{
  g_ptr_array_add (album->names, g_strdup (name));
  g_array_append_vals (album->meters, meter, 1);
}

static const Meter *
track (const Album *a, guint i)
{
  return &g_array_index (a->meters, Meter, i);
}

double
album_loudness (const Album *a)
{
  double lufs = a->begun && !a->mixed ? mdsp_loudness_integrated (&a->loudness, TRUE, NULL) : NAN;

  return isfinite (lufs) ? lufs : NAN;
}

static guint
loudest (const Album *a)
{
  guint most = 0;

  for (guint i = 1; i < a->meters->len; i++)
    if (track (a, i)->loudness > track (a, most)->loudness)
      most = i;
  return most;
}

static double
highest_peak (const Album *a)
{
  double most = -HUGE_VAL;

  for (guint i = 0; i < a->meters->len; i++)
    most = MAX (most, track (a, i)->true_peak_dbtp);
  return most;
}

/* What one service does: gains, and the biggest step of loudness from one track to the next. A silent
 * track has no gain (NAN) and makes no step. */
typedef struct {
  GArray *playbacks; /* MdspPlatformGain, one a track */
  double least_db, most_db;
  double jump_lu;
  guint jump_from, jump_to; /* tracks, from 1; 0: none */
} Service;

static void
service_take (Service *s, const Album *a, guint i, const MdspPlatformGain *playback, guint before)
{
  double step =
      before > 0 ? fabs (playback->loudness_lufs -
                         g_array_index (s->playbacks, MdspPlatformGain, before - 1).loudness_lufs)
                 : 0.0;

  s->least_db = MIN (s->least_db, playback->gain_db);
  s->most_db = MAX (s->most_db, playback->gain_db);
  if (step <= s->jump_lu)
    return;
  s->jump_lu = step;
  s->jump_from = before;
  s->jump_to = i + 1;
}

/* FALSE: it has no rule for such an album, or there is nothing to level. */
static gboolean
service_init (Service *s, const Album *a, const Platform *p)
{
  double whole = album_loudness (a), loudest_lufs = track (a, loudest (a))->loudness;
  guint before = 0; /* the newest track that is not silent, from 1 */
  gboolean ok = isfinite (loudest_lufs);

  *s = (Service){ .playbacks = g_array_new (FALSE, TRUE, sizeof (MdspPlatformGain)),
                  .least_db = HUGE_VAL,
                  .most_db = -HUGE_VAL };
  for (guint i = 0; ok && i < a->meters->len; i++) {
    MdspPlatformGain playback = { .gain_db = NAN };

    if (meter_has_loudness (track (a, i))) {
      ok = platform_play_album (p, track (a, i), whole, loudest_lufs, highest_peak (a), &playback);
      if (ok)
        service_take (s, a, i, &playback, before);
      before = i + 1;
    }
    g_array_append_val (s->playbacks, playback);
  }
  if (!ok)
    g_clear_pointer (&s->playbacks, g_array_unref);
  return ok;
}

static const char *
album_text (PlatformAlbum album)
{
  static const char *const texts[] = { "each track", "whole album", "loudest track" };

  return texts[album];
}

static void
service_line (GString *out, const Album *a, const Platform *p)
{
  g_autofree char *gain = NULL;
  Service s;

  if (!service_init (&s, a, p))
    return;
  gain = s.most_db - s.least_db < 0.05
             ? g_strdup_printf ("%+.1f dB", s.least_db)
             : g_strdup_printf ("%+.1f to %+.1f dB", s.least_db, s.most_db);
  g_string_append_printf (out, "  %-16s %-14s %18s %8.1f LU", p->name, album_text (p->album), gain,
                          s.jump_lu);
  if (s.jump_to > 0)
    g_string_append_printf (out, " (track %u to %u)", s.jump_from, s.jump_to);
  g_string_append_c (out, '\n');
  g_array_unref (s.playbacks);
}

static void
silent_lines (GString *out, const Album *a)
{
  for (guint i = 0; i < a->meters->len; i++)
    if (!meter_has_loudness (track (a, i)))
      g_string_append_printf (
          out,
          "Track %u (%s) has no loudness, as it is silent or shorter than 0.4 seconds, "
          "and counts for nothing here.\n",
          i + 1, (const char *) a->names->pdata[i]);
}

char *
album_report (const Album *a)
{
  g_autoptr (GPtrArray) services = platform_services ();
  GString *out = g_string_new (NULL);
  double whole = album_loudness (a);

  g_string_append_printf (out, "As an album of %u tracks: ", a->meters->len);
  if (isnan (whole))
    g_string_append (out, "its tracks differ in sample rate or channels, or are silent, so that "
                          "the whole has no loudness.\n");
  else
    g_string_append_printf (out, "%.1f LUFS; the loudest track is %s with %.1f LUFS.\n", whole,
                            (const char *) a->names->pdata[loudest (a)],
                            track (a, loudest (a))->loudness);
  silent_lines (out, a);
  if (!isfinite (track (a, loudest (a))->loudness)) /* nothing to level */
    return g_string_free (out, FALSE);
  g_string_append_printf (out, "  %-16s %-14s %18s %11s\n", "", "is levelled by", "gain",
                          "biggest jump");
  for (guint i = 0; i < services->len; i++)
    service_line (out, a, services->pdata[i]);
  return g_string_free (out, FALSE);
}

static void
service_json (const Album *a, const Platform *p, JsonBuilder *b)
{
  static const char *const ids[] = { "track", "whole", "loudest-track" };
  Service s;

  if (!service_init (&s, a, p))
    return;
  json_builder_begin_object (b);
  json_add_text (b, "id", p->id);
  json_add_text (b, "levelled-by", ids[p->album]);
  json_add_number (b, "biggest-jump", s.jump_lu);
  json_builder_set_member_name (b, "gains");
  json_builder_begin_array (b);
  for (guint i = 0; i < s.playbacks->len; i++) {
    double gain_db = g_array_index (s.playbacks, MdspPlatformGain, i).gain_db;

    if (isnan (gain_db))
      json_builder_add_null_value (b);
    else
      json_builder_add_double_value (b, gain_db);
  }
  json_builder_end_array (b);
  json_builder_end_object (b);
  g_array_unref (s.playbacks);
}

void
album_json (const Album *a, JsonBuilder *b)
{
  g_autoptr (GPtrArray) services = platform_services ();

  json_builder_set_member_name (b, "album");
  json_builder_begin_object (b);
  json_add_number (b, "loudness", album_loudness (a));
  json_add_number (b, "loudest-track", track (a, loudest (a))->loudness);
  json_add_number (b, "true-peak", highest_peak (a));
  json_builder_set_member_name (b, "platforms");
  json_builder_begin_array (b);
  for (guint i = 0; i < services->len; i++)
    service_json (a, services->pdata[i], b);
  json_builder_end_array (b);
  json_builder_end_object (b);
}

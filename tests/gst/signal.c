/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Test signals, and the checkers that compare what came out with what went in. */
#include "rig.h"

#include <math.h>
#include <string.h>

GstClockTime
frame_time (GstClockTime t0, guint64 frame, guint rate)
{
  return t0 + (GstClockTime) (((unsigned __int128) frame * GST_SECOND + rate / 2) / rate);
}

float *
signal_noise (guint seed, gsize n_frames, guint channels, float level)
{
  GRand *rand = g_rand_new_with_seed (seed);
  float *x = g_new (float, MAX (n_frames * channels, 1));

  for (gsize i = 0; i < n_frames * channels; i++)
    x[i] = level * (float) g_rand_double_range (rand, -1.0, 1.0);
  g_rand_free (rand);
  return x;
}

float *
signal_hot (guint seed, gsize n_frames, guint channels)
{
  float *x = signal_noise (seed, n_frames, channels, 0.6f);

  for (gsize i = 0; i < n_frames; i++) {
    float swell = 1.0f + (float) sin (2.0 * G_PI * i / 7919.0);

    for (guint c = 0; c < channels; c++)
      x[i * channels + c] *= swell * (i % 1999 == 3 + 11 * c ? 4.0f : 1.0f);
  }
  return x;
}

float *
signal_sine (gdouble hz, gdouble amplitude, gsize n_frames, guint channels, guint rate)
{
  float *x = g_new (float, n_frames *channels);

  for (gsize i = 0; i < n_frames * channels; i++)
    x[i] = (float) (amplitude * sin (2.0 * G_PI * fmod (hz * (i / channels) / rate, 1.0)));
  return x;
}

gchar *
compare_bits (const float *a, gsize n_a, const float *b, gsize n_b)
{
  if (n_a != n_b)
    return g_strdup_printf ("%" G_GSIZE_FORMAT " samples instead of %" G_GSIZE_FORMAT, n_a, n_b);
  for (gsize i = 0; i < n_a; i++)
    if (memcmp (&a[i], &b[i], sizeof (float)) != 0)
      return g_strdup_printf ("sample %" G_GSIZE_FORMAT " is %a instead of %a", i, a[i], b[i]);
  return NULL;
}

/* Frames [at, at + n) of a run. */
static gchar *
check_item (const Item *item, const RunExpected *e, gsize at, gsize n)
{
  GstClockTime pts = GST_CLOCK_TIME_NONE, duration = frame_time (0, n, item->rate);
  guint64 offset = GST_BUFFER_OFFSET_NONE, offset_end = GST_BUFFER_OFFSET_NONE;
  gboolean discont = (item->flags & GST_BUFFER_FLAG_DISCONT) != 0;

  if (GST_CLOCK_TIME_IS_VALID (e->t0)) {
    pts = frame_time (e->t0, at, item->rate);
    duration = frame_time (e->t0, at + n, item->rate) - pts;
  }
  if (e->off0 != GST_BUFFER_OFFSET_NONE) {
    offset = e->off0 + at;
    offset_end = offset + n;
  }
  if (n == 0)
    return g_strdup_printf ("an empty buffer at frame %" G_GSIZE_FORMAT, at);
  if (item->pts != pts || item->duration != duration)
    return g_strdup_printf (
        "frame %" G_GSIZE_FORMAT ": time %" GST_TIME_FORMAT " + %" G_GUINT64_FORMAT
        " ns instead of %" GST_TIME_FORMAT " + %" G_GUINT64_FORMAT " ns",
        at, GST_TIME_ARGS (item->pts), item->duration, GST_TIME_ARGS (pts), duration);
  if (item->offset != offset || item->offset_end != offset_end)
    return g_strdup_printf ("frame %" G_GSIZE_FORMAT ": offset %" G_GUINT64_FORMAT
                            " instead of %" G_GUINT64_FORMAT,
                            at, item->offset, offset);
  if (discont != (at == 0))
    return g_strdup_printf ("frame %" G_GSIZE_FORMAT ": DISCONT is %d", at, discont);
  if (item->flags & GST_BUFFER_FLAG_GAP)
    return g_strdup_printf ("frame %" G_GSIZE_FORMAT ": GAP", at);
  return NULL;
}

gchar *
check_run (Rig *rig, const RunExpected *e)
{
  gsize at = 0;

  for (guint i = e->from; i < MIN (e->to, rig->items->len); i++) {
    const Item *item = &g_array_index (rig->items, Item, i);
    const float *out = (const float *) (gpointer) rig->samples->data + item->first;
    gsize n;
    gchar *error;

    if (item->event != GST_EVENT_UNKNOWN)
      continue;
    n = item->n_samples / item->channels;
    error = check_item (item, e, at, n);
    if (error == NULL && at + n <= e->n_frames && e->content != NULL)
      error =
          compare_bits (out, item->n_samples, e->content + at * item->channels, item->n_samples);
    if (error != NULL)
      return error;
    at += n;
  }
  if (at != e->n_frames)
    return g_strdup_printf ("%" G_GSIZE_FORMAT " frames out, %" G_GSIZE_FORMAT " in", at,
                            e->n_frames);
  return NULL;
}

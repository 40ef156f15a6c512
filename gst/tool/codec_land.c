/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "codec_land.h"

#include "land.h"

#include "kernels/dmath.h"

#include <math.h>
#include <string.h>

/* What players clip. */
#define DECODED_CEILING_DBTP 0.0
/* So many moments may go over in one encode of a codec on average, by the law of decide/headroom.h: at
 * first what is aimed for, and then what is borne when further encodes have shown more noise. One encode
 * in a hundred is promised. */
#define EXPECTED_OVERS 0.001
#define BORNE_OVERS    0.003
/* What came this close to the limit is lowered as well: the next encode is another draw. */
#define GUARD_DB 0.1
/* Rounds that lower moments; then those that lower all of it as well. */
#define MAX_LOCAL_ROUNDS 5
#define MAX_ROUNDS       8
/* A loss of loudness that is worth a word. */
#define LOST_LU 0.1

static double
peak_db (const CodecHeadroom *c)
{
  return c->worst.true_peak_lin > 0.0f ? mdsp_db_from_lin (c->worst.true_peak_lin) : -HUGE_VAL;
}

/* One codec lowers what it must; gives the number of cells that came down further. */
static gsize
lower_for (Master *m, const CodecHeadroom *c, CodecShare *share)
{
  CodecSafe *safe = &m->codec_safe;
  MdspHeadroom view = codec_headroom_view (c, safe->headroom);
  double distance = mdsp_headroom_safe_distance (&view, EXPECTED_OVERS);
  g_autofree float *highest = g_new (float, c->n_cells);
  g_autofree double *before = g_memdup2 (safe->cut_db, safe->n_cells * sizeof *before);
  gsize n;

  view.n_cells = MIN (view.n_cells, safe->n_cells); /* the rates may round to one more */
  for (gsize i = 0; i < view.n_cells; i++)
    highest[i] = c->cells[i].true_peak_lin;
  n = mdsp_headroom_cut (&view, highest, m->ceiling_dbtp, distance, GUARD_DB, safe->cut_db);
  for (gsize i = 0; i < safe->n_cells; i++)
    if (safe->cut_db[i] > before[i]) {
      share->asked_db = MAX (share->asked_db, safe->cut_db[i]);
      share->n_cells++;
    }
  return n;
}

static gsize
lower (Master *m)
{
  CodecSafe *safe = &m->codec_safe;
  gsize n = 0;

  for (guint i = 0; i < safe->shares->len; i++)
    n += lower_for (m, safe->headroom->codecs->pdata[i],
                    &g_array_index (safe->shares, CodecShare, i));
  return n;
}

static double
highest_db (const Headroom *h)
{
  double highest = -HUGE_VAL;

  for (guint i = 0; i < h->codecs->len; i++)
    highest = MAX (highest, peak_db (h->codecs->pdata[i]));
  return highest;
}

/* Nothing went over in the encodes of this master, and next to nothing will in others. */
static gboolean
holds (const Headroom *h)
{
  for (guint i = 0; i < h->codecs->len; i++)
    if (((const CodecHeadroom *) h->codecs->pdata[i])->expected > BORNE_OVERS)
      return FALSE;
  return highest_db (h) <= DECODED_CEILING_DBTP;
}

static void
start (CodecSafe *safe, double loudness_lufs)
{
  safe->loudness_before = loudness_lufs;
  safe->n_cells = codec_trial_n_cells (safe->sound);
  safe->cut_db = g_new0 (double, safe->n_cells);
  safe->shares = g_array_new (FALSE, FALSE, sizeof (CodecShare));
  for (guint i = 0; i < safe->headroom->codecs->len; i++) {
    const CodecHeadroom *c = safe->headroom->codecs->pdata[i];
    CodecShare share = { c->codec, peak_db (c), peak_db (c), 0.0, 0 };

    g_array_append_val (safe->shares, share);
  }
}

/* The whole ceiling comes down where single moments did not end it. */
static void
lower_everywhere (Master *m)
{
  CodecSafe *safe = &m->codec_safe;
  double down = MAX (highest_db (safe->headroom) - DECODED_CEILING_DBTP, 0.0) + GUARD_DB;

  safe->lowered_db += down;
  m->ceiling_dbtp = MAX (m->ceiling_dbtp - down, -24.0);
}

static void
finish (Master *m, const MasterOptions *options)
{
  CodecSafe *safe = &m->codec_safe;

  safe->ceiling_dbtp = m->ceiling_dbtp;
  safe->gain_db = m->landing.gain_db;
  safe->tried = g_ptr_array_ref (options->codecs);
  safe->missing = g_ptr_array_ref (safe->headroom->missing);
  for (guint i = 0; i < safe->shares->len; i++)
    g_array_index (safe->shares, CodecShare, i).after_dbtp =
        peak_db (safe->headroom->codecs->pdata[i]);
}

gboolean
codec_land (Master *m, const MasterOptions *options, GError **error)
{
  CodecSafe *safe = &m->codec_safe;
  HeadroomOptions trial = { HEADROOM_NORMAL, DECODED_CEILING_DBTP };

  safe->headroom = headroom_run (safe->sound, safe->codecs, &trial, error);
  if (!safe->headroom)
    return FALSE;
  start (safe, m->landing.render.meter.loudness);
  /* Every master is tried at places of the frames at which none was before: what ends this is a set of
   * encodes that the search did not use. */
  while (safe->n_rounds < MAX_ROUNDS && !holds (safe->headroom) && lower (m) > 0) {
    if (++safe->n_rounds > MAX_LOCAL_ROUNDS)
      lower_everywhere (m);
    if (!land (m, options, NULL, m->landing.gain_db, error) ||
        !headroom_again (safe->headroom, safe->sound, &trial, error))
      return FALSE;
  }
  finish (m, options);
  return TRUE;
}

/* The codec for which the ceiling came down most. */
static const CodecShare *
dearest (const CodecSafe *safe)
{
  const CodecShare *most = &g_array_index (safe->shares, CodecShare, 0);

  for (guint i = 1; i < safe->shares->len; i++) {
    const CodecShare *s = &g_array_index (safe->shares, CodecShare, i);

    if (s->asked_db > most->asked_db)
      most = s;
  }
  return most;
}

void
codec_land_find_problems (Master *m)
{
  const CodecSafe *safe = &m->codec_safe;
  double lost = safe->loudness_before - m->landing.render.meter.loudness;

  if (!safe->shares)
    return;
  for (guint i = 0; i < safe->missing->len; i++)
    g_ptr_array_add (m->problems, g_strdup (safe->missing->pdata[i]));
  for (guint i = 0; i < safe->shares->len; i++) {
    const CodecShare *s = &g_array_index (safe->shares, CodecShare, i);

    if (s->after_dbtp > DECODED_CEILING_DBTP)
      g_ptr_array_add (
          m->problems,
          g_strdup_printf (
              "After %s its peaks still reach %+.2f dBTP, over full scale, although the "
              "ceiling came down by up to %.1f dB. Master it quieter (--target), or "
              "leave that codec out of --codec-safe.",
              s->codec->label, s->after_dbtp, s->asked_db));
  }
  if (isfinite (lost) && lost > LOST_LU)
    g_ptr_array_add (
        m->problems,
        g_strdup_printf ("Peaks that hold after every codec cost %.1f dB of loudness, most of it "
                         "for %s (the ceiling came down by up to %.1f dB).",
                         lost, dearest (safe)->codec->label, dearest (safe)->asked_db));
}

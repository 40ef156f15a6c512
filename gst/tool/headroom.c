/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "headroom.h"

#include "headroom_case.h"
#include "headroom_jobs.h"
#include "material.h"

#include "kernels/dmath.h"

#include <math.h>

/* How far the ceiling comes down is told in these steps. */
#define ANSWER_STEP_DB 0.1
/* `reach_dbtp`: one encode in so many goes over it. */
#define REACH_ENCODES 30.0
/* By so much the law, which is that of AAC, promises more than the worst of 32 encodes on average (380
 * draws of AAC and MP3 at 128 kbit/s, docs/headroom.md). */
#define REACH_BIAS_DB 0.15
/* Under the ceiling of the answer so many moments go over in one encode on average. */
#define ANSWER_OVERS 0.01

static const struct {
  guint n_whole;      /* encodes of the whole song */
  guint n_alignments; /* of its windows, those included */
  guint n_ends;       /* of its ends, alike; those are short */
  double share;       /* of the song in the windows */
} efforts[] = { [HEADROOM_QUICK] = { 1, 8, 16, 0.05 },
                [HEADROOM_NORMAL] = { 2, 24, 64, 0.1 },
                [HEADROOM_THOROUGH] = { 4, 64, 128, 0.15 } };

void
headroom_free (Headroom *h)
{
  if (!h)
    return;
  g_ptr_array_unref (h->codecs);
  g_ptr_array_unref (h->cases);
  g_ptr_array_unref (h->missing);
  g_ptr_array_unref (h->materials);
  g_free (h);
}

double
codec_headroom_spread_db (const CodecHeadroom *c)
{
  double lowest = c->worst.true_peak_lin, highest = lowest;

  for (guint i = 0; i < c->encodes->len; i++) {
    double peak = g_array_index (c->encodes, HeadroomEncode, i).peak_lin;

    lowest = peak > 0.0 ? MIN (lowest, peak) : lowest;
  }
  return lowest > 0.0 ? mdsp_db_from_lin (highest / lowest) : 0.0;
}

MdspHeadroom
codec_headroom_view (const CodecHeadroom *c, const Headroom *h)
{
  return (MdspHeadroom){ c->dry,
                         c->noise,
                         c->n_cells,
                         h->channels,
                         mdsp_lin_from_db (c->level_db),
                         mdsp_lin_from_db (h->ceiling_dbtp) };
}

/* --- the encodes ---------------------------------------------------------------------------------- */

typedef struct {
  HeadroomCase *c;
  guint lead;
  HeadroomPart part;
  gsize *n_played;
} Encode;

static gboolean
find_delay (gpointer data, GError **error)
{
  return headroom_case_find_delay (((Encode *) data)->c, error);
}

static gboolean
encode (gpointer data, GError **error)
{
  const Encode *e = data;

  return headroom_case_encode (e->c, e->lead, e->part, e->n_played, error);
}

/* Places in the frame by the golden ratio: evenly spread however many there are, and no block length
 * divides the steps (Vorbis changes between hops of 1024 and 128 frames). */
static guint
lead_of (const Codec *codec, guint place)
{
  double part = place * 0.6180339887498949;

  return (guint) ((part - floor (part)) * codec_frame (codec));
}

static gboolean
find_delays (const Headroom *h, GError **error)
{
  g_autoptr (HeadroomJobs) jobs = headroom_jobs_new (find_delay, sizeof (Encode));

  for (guint i = 0; i < h->cases->len; i++) {
    Encode e = { .c = h->cases->pdata[i] };

    headroom_jobs_add (jobs, &e, 0);
  }
  return headroom_jobs_run (jobs, NULL, NULL, error);
}

/* A part of the song by every codec at places [first, end) of its frames. */
static void
add_encodes (const Headroom *h, HeadroomJobs *jobs, HeadroomPart part, guint first, guint end,
             gsize *n_played)
{
  for (guint place = first; place < end; place++)
    for (guint i = 0; i < h->cases->len; i++) {
      HeadroomCase *c = h->cases->pdata[i];
      Encode e = { c, lead_of (c->result->codec, place), part, n_played };

      headroom_jobs_add (jobs, &e, headroom_case_part_frames (c, part));
    }
}

static gboolean
encode_whole (Headroom *h, HeadroomEffort effort, GError **error)
{
  g_autoptr (HeadroomJobs) jobs = headroom_jobs_new (encode, sizeof (Encode));
  gsize n_played = 0;

  add_encodes (h, jobs, HEADROOM_WHOLE, 0, efforts[effort].n_whole, &n_played);
  h->next_place = efforts[effort].n_whole;
  if (!headroom_jobs_run (jobs, "Encoding", &n_played, error))
    return FALSE;
  for (guint i = 0; i < h->cases->len; i++)
    headroom_case_finish_whole (h->cases->pdata[i]);
  return TRUE;
}

/* The moments that noise can lift highest, at places that were not tried yet. */
static gboolean
look_closer (Headroom *h, HeadroomEffort effort, GError **error)
{
  g_autoptr (HeadroomJobs) jobs = headroom_jobs_new (encode, sizeof (Encode));
  guint n = efforts[effort].n_alignments - efforts[effort].n_whole;
  guint n_ends = efforts[effort].n_ends - efforts[effort].n_whole;
  gsize n_played = 0;

  for (guint i = 0; i < h->cases->len; i++)
    headroom_case_choose_windows (h->cases->pdata[i], efforts[effort].share);
  add_encodes (h, jobs, HEADROOM_WINDOWS, h->next_place, h->next_place + n, &n_played);
  add_encodes (h, jobs, HEADROOM_ENDS, h->next_place, h->next_place + n_ends, &n_played);
  h->next_place += MAX (n, n_ends);
  return headroom_jobs_run (jobs, "Looking closer", &n_played, error);
}

/* --- the answer ------------------------------------------------------------------------------------ */

/* By how much the ceiling must come down so that each moment at which an encode went over would have
 * stayed under, and other encodes do. */
static double
lower_by (const CodecHeadroom *r, const Headroom *h)
{
  MdspHeadroom view = codec_headroom_view (r, h);
  g_autofree float *highest = g_new (float, r->n_cells);
  g_autofree double *cut_db = g_new0 (double, r->n_cells);
  double most = 0.0;

  if (r->n_over == 0)
    return 0.0;
  most = h->true_peak_dbtp -
         MAX (mdsp_db_from_lin (mdsp_headroom_ceiling (&view, ANSWER_OVERS)), -MDSP_CUT_MAX_DB);
  for (gsize i = 0; i < r->n_cells; i++)
    highest[i] = r->cells[i].true_peak_lin;
  mdsp_headroom_cut (&view, highest, h->true_peak_dbtp, -HUGE_VAL, 0.0, cut_db);
  for (gsize i = 0; i < r->n_cells; i++) {
    most = MAX (most, cut_db[i]);
    if (highest[i] > view.limit) /* further than a cut goes: the whole master has to come down */
      most = MAX (most, mdsp_db_from_lin (highest[i] / view.limit));
  }
  return most > 0.0 ? ceil (most / ANSWER_STEP_DB - 1e-6) * ANSWER_STEP_DB : 0.0;
}

/* To the step; what a meter may read otherwise (0.005 dB) does not cost a whole one. */
static double
rounded_down (double db)
{
  return floor (db / ANSWER_STEP_DB + 0.05) * ANSWER_STEP_DB;
}

/* They come as they get done; they are told in one order. */
static gint
compare_encodes (gconstpointer a, gconstpointer b)
{
  const HeadroomEncode *x = a, *y = b;

  if (x->whole != y->whole)
    return x->whole ? -1 : 1;
  return x->lead < y->lead ? -1 : x->lead > y->lead;
}

static void
answer (CodecHeadroom *r, Headroom *h)
{
  MdspHeadroom view = codec_headroom_view (r, h);
  const MdspPeakCell *worst = mdsp_peak_map_highest (r->cells, r->n_cells);

  if (worst)
    r->worst = *worst;
  for (gsize i = 0; i < r->n_cells; i++)
    r->n_over += r->cells[i].true_peak_lin > view.limit;
  r->expected = mdsp_headroom_expected (&view);
  r->reach_dbtp =
      MAX (mdsp_db_from_lin (mdsp_headroom_reach (&view, 1.0 / REACH_ENCODES)) - REACH_BIAS_DB,
           mdsp_db_from_lin (r->worst.true_peak_lin));
  r->lower_db = lower_by (r, h);
  g_array_sort (r->encodes, compare_encodes);
  if (r->lower_db > 0.0)
    h->holds_dbtp = MIN (h->holds_dbtp, rounded_down (h->true_peak_dbtp - r->lower_db));
}

static void
answer_all (Headroom *h)
{
  for (guint i = 0; i < h->codecs->len; i++)
    answer (h->codecs->pdata[i], h);
}

/* --- together -------------------------------------------------------------------------------------- */

/* The master's own peaks, at its own rate. */
static gboolean
measure_master (Headroom *h, const Sound *sound, GError **error)
{
  const Material *own =
      materials_at (h->materials, sound, GST_AUDIO_INFO_RATE (&sound->info), error);

  if (!own)
    return FALSE;
  h->true_peak_dbtp = mdsp_db_from_lin (own->true_peak_lin);
  h->holds_dbtp = h->true_peak_dbtp;
  return TRUE;
}

static const Material *
material_for (const Headroom *h, const Sound *sound, const Codec *codec, GError **error)
{
  return materials_at (h->materials, sound, codec_rate (codec, GST_AUDIO_INFO_RATE (&sound->info)),
                       error);
}

static gboolean
add_cases (Headroom *h, const Sound *sound, const GPtrArray *codecs, GError **error)
{
  for (guint i = 0; i < codecs->len; i++) {
    g_autoptr (GError) missing = NULL;
    const Material *material;
    HeadroomCase *c;

    if (!codec_check (codecs->pdata[i], &missing)) {
      g_ptr_array_add (h->missing, g_strdup (missing->message));
      continue;
    }
    material = material_for (h, sound, codecs->pdata[i], error);
    if (!material)
      return FALSE;
    c = headroom_case_new (codecs->pdata[i], material);
    g_ptr_array_add (h->cases, c);
    g_ptr_array_add (h->codecs, c->result);
  }
  return TRUE;
}

static Headroom *
headroom_new (const Sound *sound, double ceiling_dbtp)
{
  Headroom *h = g_new0 (Headroom, 1);

  h->ceiling_dbtp = ceiling_dbtp;
  h->channels = GST_AUDIO_INFO_CHANNELS (&sound->info);
  h->codecs = g_ptr_array_new ();
  h->cases = g_ptr_array_new_with_free_func ((GDestroyNotify) headroom_case_free);
  h->missing = g_ptr_array_new_with_free_func (g_free);
  h->materials = materials_new ();
  return h;
}

Headroom *
headroom_run (const Sound *sound, const GPtrArray *codecs, const HeadroomOptions *options,
              GError **error)
{
  g_autoptr (Headroom) h = headroom_new (sound, options->ceiling_dbtp);

  if (!measure_master (h, sound, error) || !add_cases (h, sound, codecs, error) ||
      !find_delays (h, error) || !encode_whole (h, options->effort, error) ||
      !look_closer (h, options->effort, error))
    return NULL;
  answer_all (h);
  return g_steal_pointer (&h);
}

gboolean
headroom_again (Headroom *h, const Sound *sound, const HeadroomOptions *options, GError **error)
{
  g_ptr_array_set_size (h->materials, 0);
  if (!measure_master (h, sound, error))
    return FALSE;
  for (guint i = 0; i < h->cases->len; i++) {
    HeadroomCase *c = h->cases->pdata[i];
    const Material *material = material_for (h, sound, c->result->codec, error);

    if (!material)
      return FALSE;
    headroom_case_change (c, material);
  }
  if (!look_closer (h, options->effort, error))
    return FALSE;
  answer_all (h);
  return TRUE;
}

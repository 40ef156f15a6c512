/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "headroom_case.h"

#include "kernels/dmath.h"

#include <math.h>
#include <string.h>

/* A peak that noise may lift to: the master's own and this many times the noise. Higher ones are rarer
 * than one in a thousand encodes (docs/headroom.md). */
#define LIFTED_BY_NOISE 2.5
/* Moments that stay this much under the highest are not looked at closer. */
#define NOT_CLOSER_DB 2.0
/* At least this much is encoded in windows, so that of short songs all is. */
#define LEAST_WINDOWS_S 20.0
#define MAX_WINDOWS     4096

HeadroomCase *
headroom_case_new (const Codec *codec, const Material *material)
{
  HeadroomCase *c = g_new0 (HeadroomCase, 1);
  CodecHeadroom *r = c->result = g_new0 (CodecHeadroom, 1);

  r->codec = codec;
  r->rate_hz = GST_AUDIO_INFO_RATE (&material->sound->info);
  r->n_cells = material->n_cells;
  r->encodes = g_array_new (FALSE, FALSE, sizeof (HeadroomEncode));
  r->cells = g_new0 (MdspPeakCell, r->n_cells);
  r->noise = g_new0 (float, r->n_cells * material->channels);
  r->loudness_lufs = NAN;
  g_mutex_init (&c->lock);
  c->material = material;
  r->dry = material->dry;
  return c;
}

void
headroom_case_free (HeadroomCase *c)
{
  g_array_unref (c->result->encodes);
  g_free (c->result->cells);
  g_free (c->result->noise);
  g_free (c->result);
  g_free (c->windows);
  g_mutex_clear (&c->lock);
  g_free (c);
}

void
headroom_case_change (HeadroomCase *c, const Material *material)
{
  CodecHeadroom *r = c->result;

  c->material = material;
  r->dry = material->dry;
  r->n_over = 0;
  r->worst = (MdspPeakCell){ 0 };
  g_array_set_size (r->encodes, 0);
  memset (r->cells, 0, r->n_cells * sizeof *r->cells);
}

/* Samples that an integer encoder would clip are turned down on the way there. */
static double
gain_for (const HeadroomCase *c)
{
  const double most = 0.999; /* one dither step under full scale */

  return codec_takes_float (c->result->codec) || c->material->sample_peak_lin <= most
             ? 1.0
             : most / c->material->sample_peak_lin;
}

gboolean
headroom_case_find_delay (HeadroomCase *c, GError **error)
{
  return codec_trial_find_delay (c->result->codec, c->material->sound, gain_for (c),
                                 material_loudest (c->material), &c->delay, error);
}

/* --- an encode ------------------------------------------------------------------------------------ */

/* rms of what an encode added, into the mean of the whole encodes. */
static void
add_noise (const HeadroomCase *c, const MdspResidualSums *sums, guint n_whole)
{
  gsize n = c->result->n_cells * c->material->channels;
  double gain = mdsp_residual_gain (sums, n);
  double frames = TRIAL_CELL_MS * 0.001 * c->result->rate_hz;

  for (gsize i = 0; i < n; i++)
    c->result->noise[i] +=
        (float) (sqrt (mdsp_residual_energy (&sums[i], gain) / frames) / n_whole);
  c->result->level_db += mdsp_db_from_lin (gain) / n_whole;
}

static void
add_peaks (const HeadroomCase *c, const CodecTrial *trial)
{
  const MdspPeakCell *highest = mdsp_peak_map_highest (trial->cells, trial->n_cells);
  HeadroomEncode e = { trial->lead, trial->sums != NULL, highest ? highest->true_peak_lin : 0.0 };

  g_array_append_val (c->result->encodes, e);
  for (gsize i = 0; i < trial->n_cells; i++)
    if (trial->cells[i].true_peak_lin > c->result->cells[i].true_peak_lin)
      c->result->cells[i] = trial->cells[i];
}

gboolean
headroom_case_encode (HeadroomCase *c, guint lead, guint n_whole, gsize *n_played, GError **error)
{
  gsize n_cells = c->result->n_cells;
  MdspWindow all = { 0, n_cells };
  g_autofree MdspPeakCell *cells = g_new0 (MdspPeakCell, n_cells);
  g_autofree MdspResidualSums *sums =
      n_whole > 0 ? g_new0 (MdspResidualSums, n_cells * c->material->channels) : NULL;
  CodecTrial trial = { .codec = c->result->codec,
                       .sound = c->material->sound,
                       .gain = gain_for (c),
                       .lead = lead,
                       .delay = c->delay,
                       .windows = n_whole > 0 ? &all : c->windows,
                       .n_windows = n_whole > 0 ? 1 : c->n_windows,
                       .n_cells = n_cells,
                       .floor_lin = c->material->floor_lin,
                       .cells = cells,
                       .sums = sums,
                       .n_played = n_played };
  gboolean measured = n_whole > 0 && lead == 0;
  Meter meter = { 0 };

  if (!codec_trial_run (&trial, measured ? &meter : NULL, error))
    return FALSE;
  g_mutex_lock (&c->lock);
  if (n_whole > 0)
    add_noise (c, sums, n_whole);
  if (measured)
    c->result->loudness_lufs = meter.loudness - mdsp_db_from_lin (trial.gain);
  add_peaks (c, &trial);
  g_mutex_unlock (&c->lock);
  return TRUE;
}

void
headroom_case_finish_noise (HeadroomCase *c)
{
  mdsp_headroom_widen (c->result->noise, c->result->n_cells, c->material->channels);
}

/* --- where to look closer -------------------------------------------------------------------------- */

/* How high a cell may come back. */
static double
lifted (const CodecHeadroom *r, guint channels, double gain, gsize cell)
{
  double most = r->cells[cell].true_peak_lin;

  for (guint ch = 0; ch < channels; ch++) {
    gsize i = cell * channels + ch;

    if (r->dry[i] > 0.0f)
      most = MAX (most, gain * (r->dry[i] + LIFTED_BY_NOISE * r->noise[i]));
  }
  return most;
}

void
headroom_case_choose_windows (HeadroomCase *c, double share)
{
  const CodecHeadroom *r = c->result;
  double gain = mdsp_lin_from_db (r->level_db), highest = 0.0;
  gsize least = (gsize) (LEAST_WINDOWS_S * 1000.0 / TRIAL_CELL_MS);
  g_autofree double *score = g_new (double, r->n_cells);
  g_autofree MdspRankedCell *scratch = g_new (MdspRankedCell, r->n_cells);
  MdspWindowParams params = { .budget = MAX (least, (gsize) (share * r->n_cells)),
                              .run_in = TRIAL_RUN_IN,
                              .run_out = TRIAL_RUN_OUT };

  for (gsize i = 0; i < r->n_cells; i++) {
    score[i] = lifted (r, c->material->channels, gain, i);
    highest = MAX (highest, score[i]);
  }
  params.floor = highest * mdsp_lin_from_db (-NOT_CLOSER_DB);
  g_free (c->windows);
  c->windows = g_new (MdspWindow, MAX_WINDOWS);
  c->n_windows =
      (guint) mdsp_headroom_windows (score, r->n_cells, &params, c->windows, MAX_WINDOWS, scratch);
}

gsize
headroom_case_window_frames (const HeadroomCase *c)
{
  gsize cells = 0;

  for (guint i = 0; i < c->n_windows; i++)
    cells += c->windows[i].n + TRIAL_RUN_IN + TRIAL_RUN_OUT;
  return (gsize) ((double) cells * TRIAL_CELL_MS * 0.001 * c->result->rate_hz);
}

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
/* A codec's frames that have the first or the last sample of the song in them. */
#define END_CELLS 3
/* The largest noise of two encodes is less than that of all the encodes that the law of
 * decide/headroom.h goes by; by so much it is, in the median of what was measured. */
#define UNSEEN_NOISE 1.15

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
  for (guint i = 0; i < HEADROOM_N_PARTS; i++)
    c->parts[i].windows = g_new0 (MdspWindow, i == HEADROOM_WINDOWS ? MAX_WINDOWS : 2);
  c->parts[HEADROOM_WHOLE].windows[0] = (MdspWindow){ 0, r->n_cells };
  c->parts[HEADROOM_WHOLE].n = 1;
  return c;
}

void
headroom_case_free (HeadroomCase *c)
{
  g_array_unref (c->result->encodes);
  g_free (c->result->cells);
  g_free (c->result->noise);
  g_free (c->result);
  for (guint i = 0; i < HEADROOM_N_PARTS; i++)
    g_free (c->parts[i].windows);
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
  return codec_trial_find_delay (c->result->codec, &c->material->sound->info, &c->delay, error);
}

/* --- an encode ------------------------------------------------------------------------------------ */

/* rms of what an encode added in a window, widened, where it is more than that of the others. */
static void
add_window_noise (CodecHeadroom *r, const MdspResidualSums *sums, guint channels, double gain,
                  const MdspWindow *window)
{
  gsize first = window->first > 0 ? window->first - 1 : 0;
  gsize end = MIN (window->first + window->n + 1, r->n_cells);
  double frames = TRIAL_CELL_MS * 0.001 * r->rate_hz;
  g_autofree float *noise = g_new (float, (end - first) * channels);

  for (gsize i = 0; i < (end - first) * channels; i++)
    noise[i] = (float) sqrt (mdsp_residual_energy (&sums[first * channels + i], gain) / frames);
  mdsp_headroom_widen (noise, end - first, channels);
  for (gsize i = window->first * channels; i < (window->first + window->n) * channels; i++)
    r->noise[i] = MAX (r->noise[i], noise[i - first * channels]);
}

static void
add_noise (HeadroomCase *c, const CodecTrial *trial, HeadroomPart part)
{
  CodecHeadroom *r = c->result;
  gsize n = r->n_cells * c->material->channels;
  double gain =
      part == HEADROOM_WHOLE ? mdsp_residual_gain (trial->sums, n) : mdsp_lin_from_db (r->level_db);

  for (guint i = 0; i < trial->n_windows; i++)
    add_window_noise (r, trial->sums, c->material->channels, gain, &trial->windows[i]);
  if (part != HEADROOM_WHOLE)
    return;
  r->level_db += mdsp_db_from_lin (gain); /* the mean: headroom_case_finish_whole () */
  c->n_whole++;
}

static void
add_peaks (const HeadroomCase *c, const CodecTrial *trial, HeadroomPart part)
{
  const MdspPeakCell *highest = mdsp_peak_map_highest (trial->cells, trial->n_cells);
  HeadroomEncode e = { trial->lead, part == HEADROOM_WHOLE,
                       highest ? highest->true_peak_lin : 0.0 };

  if (part != HEADROOM_ENDS)
    g_array_append_val (c->result->encodes, e);
  for (gsize i = 0; i < trial->n_cells; i++)
    if (trial->cells[i].true_peak_lin > c->result->cells[i].true_peak_lin)
      c->result->cells[i] = trial->cells[i];
}

gboolean
headroom_case_encode (HeadroomCase *c, guint lead, HeadroomPart part, gsize *n_played,
                      GError **error)
{
  gsize n_cells = c->result->n_cells;
  g_autofree MdspPeakCell *cells = g_new0 (MdspPeakCell, n_cells);
  g_autofree MdspResidualSums *sums = g_new0 (MdspResidualSums, n_cells * c->material->channels);
  CodecTrial trial = { .codec = c->result->codec,
                       .sound = c->material->sound,
                       .gain = gain_for (c),
                       .lead = lead,
                       .delay = c->delay,
                       .windows = c->parts[part].windows,
                       .n_windows = c->parts[part].n,
                       .n_cells = n_cells,
                       .floor_lin = c->material->floor_lin,
                       .cells = cells,
                       .sums = sums,
                       .n_played = n_played };
  gboolean measured = part == HEADROOM_WHOLE && lead == 0;
  Meter meter = { 0 };

  if (trial.n_windows == 0)
    return TRUE;
  if (!codec_trial_run (&trial, measured ? &meter : NULL, error))
    return FALSE;
  g_mutex_lock (&c->lock);
  add_noise (c, &trial, part);
  if (measured)
    c->result->loudness_lufs = meter.loudness - mdsp_db_from_lin (trial.gain);
  add_peaks (c, &trial, part);
  g_mutex_unlock (&c->lock);
  return TRUE;
}

void
headroom_case_finish_whole (HeadroomCase *c)
{
  CodecHeadroom *r = c->result;

  r->level_db /= c->n_whole;
  for (gsize i = 0; i < r->n_cells * c->material->channels; i++)
    r->noise[i] *= (float) UNSEEN_NOISE;
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

/* The first and the last cells, when one of them is higher than `floor`. What an encoder makes of a sound
 * that starts or stops within its frame differs more from one place of the frame to the next than
 * anything else (docs/headroom.md). */
static void
choose_ends (HeadroomCase *c, const double *score, double floor)
{
  HeadroomWindows *ends = &c->parts[HEADROOM_ENDS];
  gsize n_cells = c->result->n_cells, n = MIN (END_CELLS, n_cells);
  const MdspWindow both[] = { { 0, n }, { n_cells - n, n } };

  ends->n = 0;
  for (guint i = 0; i < (n_cells >= 2 * n ? 2 : 1); i++)
    for (gsize k = both[i].first; k < both[i].first + n; k++)
      if (score[k] > floor) {
        ends->windows[ends->n++] = both[i];
        break;
      }
}

void
headroom_case_choose_windows (HeadroomCase *c, double share)
{
  const CodecHeadroom *r = c->result;
  HeadroomWindows *closer = &c->parts[HEADROOM_WINDOWS];
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
  closer->n = (guint) mdsp_headroom_windows (score, r->n_cells, &params, closer->windows,
                                             MAX_WINDOWS, scratch);
  choose_ends (c, score, params.floor);
}

gsize
headroom_case_part_frames (const HeadroomCase *c, HeadroomPart part)
{
  const HeadroomWindows *w = &c->parts[part];
  gsize cells = 0;

  if (part == HEADROOM_WHOLE)
    return c->material->sound->n_frames;
  for (guint i = 0; i < w->n; i++)
    cells += w->windows[i].n + TRIAL_RUN_IN + TRIAL_RUN_OUT;
  return (gsize) ((double) cells * TRIAL_CELL_MS * 0.001 * c->result->rate_hz);
}

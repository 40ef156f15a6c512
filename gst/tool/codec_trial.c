/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "codec_trial.h"

#include "chain.h"
#include "error.h"
#include "pipeline.h"

#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

/* Lags beyond this are of no codec here. So much silence behind the sound brings all of it out of
 * encoders that keep their last frames for themselves (voaacenc, faac). */
#define MAX_DELAY_FRAMES 6000
/* The burst of noise by which the lag is found, the silence in front of it, and its level. */
#define BURST_FRAMES 11025
#define BURST_STARTS 11025
#define BURST_AMOUNT 0.25f

static double
frames_per_cell (const Sound *sound)
{
  return TRIAL_CELL_MS * 0.001 * GST_AUDIO_INFO_RATE (&sound->info);
}

gsize
codec_trial_n_cells (const Sound *sound)
{
  return (gsize) ceil ((double) sound->n_frames / frames_per_cell (sound));
}

/* --- encode and decode --------------------------------------------------------------------------- */

static void
on_message (GstMessage *message, gpointer user_data)
{
  if (user_data && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT)
    meter_take (user_data, message);
}

/* A failure of a codec is no failure of the file. */
static void
name_codec (const Codec *codec, GError **error)
{
  g_autoptr (GError) cause = *error;

  *error = NULL;
  if (g_error_matches (cause, TOOL_ERROR, TOOL_ERROR_INTERRUPTED))
    *error = g_steal_pointer (&cause);
  else
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL,
                 "%s by %s cannot be tried: %s Leave it out with --codecs.", codec->label,
                 codec->encoder_text, cause->message);
}

static gboolean
encode_and_decode (const Codec *codec, const SoundPlay *play, const Listener *listener,
                   Meter *meter, GError **error)
{
  g_autofree char *codec_part = codec_line (codec);
  g_autofree char *line = g_strdup_printf ("%s ! audioconvert ! audio/x-raw,format=" GST_AUDIO_NE (
                                               F32) ",layout=interleaved ! tee name=split%s",
                                           codec_part,
                                           meter ? " split. ! " CHAIN_QUEUE " ! " CHAIN_METER
                                                   "meter ! fakesink sync=false async=false"
                                                 : "");
  PipelineRun run = { .on_message = on_message, .user_data = meter };
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *source = sound_source_new (play, error), *bin = NULL;
  gboolean ok = FALSE;

  if (source) {
    gst_bin_add (GST_BIN (pipeline), source);
    bin = pipeline_parse_bin (line, error);
  }
  if (bin) {
    gst_bin_add (GST_BIN (pipeline), bin);
    ok = gst_element_link (source, bin) && listener_attach (bin, "split", listener, 1, error) &&
         pipeline_run (pipeline, &run, error);
  }
  gst_object_unref (pipeline);
  if (!ok && error && *error)
    name_codec (codec, error);
  return ok;
}

/* --- what comes out ------------------------------------------------------------------------------- */

typedef struct {
  const CodecTrial *trial;
  const SoundPiece *pieces; /* one per window */
  guint channels, piece;    /* the one under way */
  gint64 at;                /* frames since its start; negative in front of the first */
  gboolean failed, open, other_format;
  MdspPeakMap map; /* of the piece */
  MdspResidual residual;
  float *scaled[MDSP_MAX_CHANNELS];
} Judge;

static gboolean
judge_begin (gpointer self, const GstAudioInfo *info)
{
  Judge *j = self;
  const Sound *sound = j->trial->sound;

  j->other_format = GST_AUDIO_INFO_RATE (info) != GST_AUDIO_INFO_RATE (&sound->info) ||
                    GST_AUDIO_INFO_CHANNELS (info) != GST_AUDIO_INFO_CHANNELS (&sound->info);
  return !j->other_format;
}

static gboolean
open_map (Judge *j)
{
  const CodecTrial *t = j->trial;
  const MdspWindow *window = &t->windows[j->piece];
  double starts = ceil ((double) window->first * frames_per_cell (t->sound) - 0.5);
  MdspPeakMapParams params = { .rate_hz = GST_AUDIO_INFO_RATE (&t->sound->info),
                               .n_channels = j->channels,
                               .cell_ms = TRIAL_CELL_MS,
                               .floor_lin = t->floor_lin,
                               .first_frame = (gint64) starts - (gint64) j->pieces[j->piece].first,
                               .cells = t->cells + window->first,
                               .n_cells = window->n };

  j->open = mdsp_peak_map_init (&j->map, &params, mdsp_kernels_get ()) == MDSP_OK;
  mdsp_residual_seek (&j->residual, j->pieces[j->piece].first);
  return j->open;
}

/* Frames of a cell count from its window; from now on from the start of the song. */
static void
close_map (Judge *j)
{
  const MdspPeakMapParams *p = &j->map.params;
  gint64 shift = p->first_frame + (gint64) j->pieces[j->piece].first;

  if (!j->open)
    return;
  mdsp_peak_map_finish (&j->map);
  mdsp_peak_map_clear (&j->map);
  for (gsize i = 0; i < p->n_cells; i++)
    p->cells[i].frame += shift;
  j->open = FALSE;
}

/* n frames of the piece under way. */
static void
judge_piece (Judge *j, const float *const planes[], guint n)
{
  const CodecTrial *t = j->trial;
  guint64 frame = j->pieces[j->piece].first + j->at, left;

  if (!j->open && !open_map (j)) {
    j->failed = TRUE;
    return;
  }
  mdsp_peak_map_process (&j->map, planes, n);
  if (frame >= t->sound->n_frames)
    return;
  left = t->sound->n_frames - frame;
  mdsp_residual_process (&j->residual, t->sound->samples + frame * j->channels, planes,
                         MIN (n, left));
}

/* What comes behind the last piece still belongs to it: the codec rings out. */
static guint
frames_of_piece (const Judge *j, guint n)
{
  guint64 left;

  if (j->at < 0)
    return (guint) MIN ((gint64) n, -j->at);
  if (j->piece + 1 == j->trial->n_windows)
    return n;
  left = j->pieces[j->piece].n - (guint64) j->at;
  return (guint) MIN (n, left);
}

static void
judge_take (gpointer self, const float *const planes[], guint n_frames)
{
  Judge *j = self;
  const float *at[MDSP_MAX_CHANNELS];
  float back = (float) (1.0 / j->trial->gain);

  for (guint c = 0; c < j->channels; c++) {
    at[c] = planes[c];
    if (back == 1.0f)
      continue;
    j->scaled[c] = g_renew (float, j->scaled[c], n_frames);
    for (guint i = 0; i < n_frames; i++)
      j->scaled[c][i] = planes[c][i] * back;
    at[c] = j->scaled[c];
  }
  for (guint n; n_frames > 0 && !j->failed; n_frames -= n) {
    n = frames_of_piece (j, n_frames);
    if (j->at >= 0)
      judge_piece (j, at, n);
    for (guint c = 0; c < j->channels; c++)
      at[c] += n;
    j->at += n;
    if (j->piece + 1 < j->trial->n_windows && j->at == (gint64) j->pieces[j->piece].n) {
      close_map (j);
      j->piece++;
      j->at = 0;
    }
  }
}

/* What has to be encoded for each window. */
static SoundPiece *
pieces_of (const CodecTrial *t)
{
  SoundPiece *pieces = g_new (SoundPiece, t->n_windows);
  double per_cell = frames_per_cell (t->sound);

  for (guint i = 0; i < t->n_windows; i++) {
    const MdspWindow *w = &t->windows[i];
    gsize first = w->first > TRIAL_RUN_IN ? w->first - TRIAL_RUN_IN : 0;
    guint64 end = (guint64) ((double) (w->first + w->n + TRIAL_RUN_OUT) * per_cell);

    pieces[i].first = (guint64) ((double) first * per_cell);
    pieces[i].n = MIN (end, t->sound->n_frames) - pieces[i].first;
  }
  return pieces;
}

gboolean
codec_trial_run (const CodecTrial *trial, Meter *meter, GError **error)
{
  g_autofree SoundPiece *pieces = pieces_of (trial);
  SoundPlay play = { .sound = trial->sound,
                     .lead = trial->lead,
                     .tail = meter ? 0 : MAX_DELAY_FRAMES, /* silence is no part of the loudness */
                     .pieces = pieces,
                     .n_pieces = trial->n_windows,
                     .gain = (float) trial->gain,
                     .n_played = trial->n_played };
  Judge *j = g_new0 (Judge, 1);
  MdspResidualParams params = { GST_AUDIO_INFO_RATE (&trial->sound->info),
                                GST_AUDIO_INFO_CHANNELS (&trial->sound->info), TRIAL_CELL_MS,
                                trial->sums, trial->n_cells };
  Listener listener = { judge_begin, judge_take, j };
  gboolean ok;

  j->trial = trial;
  j->pieces = pieces;
  j->channels = params.n_channels;
  j->at = -(gint64) trial->lead - (gint64) trial->delay;
  mdsp_residual_init (&j->residual, &params);
  ok = encode_and_decode (trial->codec, &play, &listener, meter, error);
  close_map (j);
  if (j->other_format) {
    g_clear_error (error);
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "%s by %s comes back at another sample rate or with other channels, and cannot be "
                 "held against the master; name a higher bit rate.",
                 trial->codec->label, trial->codec->encoder_text);
    ok = FALSE;
  }
  if (ok && j->failed) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL,
                 "the peaks of a codec cannot be measured.");
    ok = FALSE;
  }
  for (guint c = 0; c < j->channels; c++)
    g_free (j->scaled[c]);
  g_free (j);
  return ok;
}

/* --- how late ------------------------------------------------------------------------------------- */

/* Eight sums, so that the compiler may use vectors. */
static double
product (const float *a, const float *b, gsize n)
{
  float sums[8] = { 0 };
  double all = 0.0;

  for (gsize i = 0; i + 8 <= n; i += 8)
    for (guint k = 0; k < 8; k++)
      sums[k] += a[i + k] * b[i + k];
  for (guint k = 0; k < 8; k++)
    all += sums[k];
  return all;
}

/* The lag of y behind x at which they are most alike, both interleaved. */
static guint
most_alike (const Sound *x, const Sound *y)
{
  guint channels = GST_AUDIO_INFO_CHANNELS (&x->info);
  gsize n = (gsize) BURST_FRAMES * channels;
  const float *burst = x->samples + (gsize) BURST_STARTS * channels;
  double best = 0.0;
  guint lag_of_best = 0;

  for (guint lag = 0; lag <= MAX_DELAY_FRAMES && BURST_STARTS + lag + BURST_FRAMES <= y->n_frames;
       lag++) {
    double alike = product (burst, y->samples + (gsize) (BURST_STARTS + lag) * channels, n);

    if (alike > best) {
      best = alike;
      lag_of_best = lag;
    }
  }
  return lag_of_best;
}

/* Silence and a burst of noise, the same in all channels and every time: unlike music it is like itself
 * at one lag only. The high end, which codecs leave out, is weak. */
static Sound *
make_burst (const GstAudioInfo *info, GError **error)
{
  g_autofree float *plane = g_new0 (float, BURST_STARTS + BURST_FRAMES);
  const float *planes[MDSP_MAX_CHANNELS];
  g_autoptr (Sound) sound = sound_new (error);
  guint32 seed = 1;
  float held = 0.0f;
  Listener keep;

  if (!sound)
    return NULL;
  for (guint i = BURST_STARTS; i < BURST_STARTS + BURST_FRAMES; i++) {
    seed = seed * 1664525u + 1013904223u;
    held += 0.5f * (BURST_AMOUNT * ((float) seed / 2147483648.0f - 1.0f) - held);
    plane[i] = held;
  }
  for (gint c = 0; c < GST_AUDIO_INFO_CHANNELS (info); c++)
    planes[c] = plane;
  keep = sound_listener (sound);
  keep.begin (keep.self, info);
  keep.take (keep.self, planes, BURST_STARTS + BURST_FRAMES);
  return sound_finish (sound, error) ? g_steal_pointer (&sound) : NULL;
}

gboolean
codec_trial_find_delay (const Codec *codec, const GstAudioInfo *info, guint *delay, GError **error)
{
  g_autoptr (Sound) burst = make_burst (info, error);
  g_autoptr (Sound) decoded = burst ? sound_new (error) : NULL;
  SoundPiece piece = { 0, BURST_STARTS + BURST_FRAMES };
  SoundPlay play = {
    .sound = burst, .tail = MAX_DELAY_FRAMES, .pieces = &piece, .n_pieces = 1, .gain = 1.0f
  };
  Listener listener;

  if (!decoded)
    return FALSE;
  listener = sound_listener (decoded);
  if (!encode_and_decode (codec, &play, &listener, NULL, error) || !sound_finish (decoded, error))
    return FALSE;
  *delay = most_alike (burst, decoded);
  return TRUE;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "verify.h"

#include "error.h"
#include "listener.h"

#include "kernels/dmath.h"
#include "kernels/kernels.h"
#include "measure/truepeak.h"

#include <math.h>
#include <sndfile.h>
#include <string.h>

#define OVERSAMPLING 16

typedef struct {
  MdspTruePeak meter;
  gboolean ready;
  guint channels;
} PeakMeter;

static gboolean
peak_begin (gpointer self, const GstAudioInfo *info)
{
  PeakMeter *peak = self;
  MdspTruePeakParams params = { .oversampling = OVERSAMPLING };

  params.rate_hz = GST_AUDIO_INFO_RATE (info);
  params.n_channels = peak->channels = GST_AUDIO_INFO_CHANNELS (info);
  peak->ready = mdsp_true_peak_init (&peak->meter, &params, mdsp_kernels_get ()) == MDSP_OK;
  return peak->ready;
}

static void
peak_take (gpointer self, const float *const planes[], guint n_frames)
{
  PeakMeter *peak = self;

  mdsp_true_peak_process (&peak->meter, planes, n_frames);
}

static double
peak_finish (PeakMeter *peak)
{
  double most = 0.0;

  if (!peak->ready)
    return -HUGE_VAL;
  mdsp_true_peak_finish (&peak->meter);
  for (guint c = 0; c < peak->channels; c++)
    most = MAX (most, mdsp_true_peak_lin (&peak->meter, c));
  mdsp_true_peak_clear (&peak->meter);
  return mdsp_db_from_lin (most);
}

/* GStreamer's reader steps over chunks that make other programs give up: a WAV file must open, with
 * all of its samples, in libsndfile as well. */
static gboolean
opens_elsewhere (const Input *input, guint64 n_frames, GError **error)
{
  SF_INFO info = { 0 };
  SNDFILE *file;

  if (!input->riff.is_riff)
    return TRUE;
  file = sf_open (input->path, SFM_READ, &info);
  if (!file) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL,
                 "libsndfile, with which many programs read WAV, does not open it: %s",
                 sf_strerror (NULL));
    return FALSE;
  }
  sf_close (file);
  if (info.frames == (sf_count_t) n_frames)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL,
               "libsndfile, with which many programs read WAV, finds %" G_GINT64_FORMAT
               " samples in it where %" G_GUINT64_FORMAT " were written",
               (gint64) info.frames, n_frames);
  return FALSE;
}

gboolean
verify_measure (const Input *input, const Listener *more, guint n_more, gboolean translate,
                const char *label, Verification *result, GError **error)
{
  PeakMeter peak = { 0 };
  Listener listeners[1 + VERIFY_MAX_MORE] = { { peak_begin, peak_take, &peak } };
  AnalysisOptions options = { .label = label,
                              .second_opinion = TRUE,
                              .listeners = listeners,
                              .n_listeners = 1 + n_more,
                              .spectrum = translate,
                              .stereo = translate,
                              .translate = translate };

  g_return_val_if_fail (n_more <= VERIFY_MAX_MORE, FALSE);
  memset (result, 0, sizeof *result);
  for (guint i = 0; i < n_more; i++)
    listeners[1 + i] = more[i];
  result->analysis = analysis_run (input, &options, error);
  result->true_peak_dbtp = peak_finish (&peak);
  return result->analysis != NULL;
}

gboolean
verify_run (const char *path, const char *name, Verification *result, GError **error)
{
  g_autoptr (Input) input = input_open (path, FALSE, NULL, error);
  GError *cause = NULL;

  memset (result, 0, sizeof *result);
  if (!input)
    return FALSE;
  if (verify_measure (input, NULL, 0, TRUE, "Checking", result, &cause) &&
      opens_elsewhere (input, result->analysis->n_frames, &cause))
    return TRUE;
  if (g_error_matches (cause, TOOL_ERROR, TOOL_ERROR_INTERRUPTED)) {
    g_propagate_error (error, cause);
    return FALSE;
  }
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL,
               "the finished file %s cannot be read back (%s); it was not kept.", name,
               cause->message);
  g_error_free (cause);
  return FALSE;
}

void
verify_clear (Verification *result)
{
  g_clear_pointer (&result->analysis, analysis_free);
}

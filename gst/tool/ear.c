/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "ear.h"

#include "kernels/kernels.h"

#include <string.h>

Ear *
ear_new (void)
{
  return g_new0 (Ear, 1);
}

void
ear_free (Ear *ear)
{
  if (!ear)
    return;
  if (ear->running)
    mdsp_spectrum_clear (&ear->state);
  g_free (ear);
}

static gboolean
begin (gpointer self, const GstAudioInfo *info)
{
  Ear *ear = self;
  MdspSpectrumParams params = { GST_AUDIO_INFO_RATE (info), GST_AUDIO_INFO_CHANNELS (info) };

  if (params.n_channels > 2)
    return TRUE;
  mdsp_plateau_init (&ear->plateau, params.rate_hz, params.n_channels, mdsp_kernels_get ());
  ear->running = mdsp_spectrum_init (&ear->state, &params, mdsp_kernels_get ()) == MDSP_OK;
  return TRUE;
}

static void
take (gpointer self, const float *const planes[], guint n_frames)
{
  Ear *ear = self;

  if (!ear->running)
    return;
  mdsp_spectrum_process (&ear->state, planes, n_frames);
  mdsp_plateau_process (&ear->plateau, planes, n_frames);
}

Listener
ear_listener (Ear *ear)
{
  return (Listener){ begin, take, ear };
}

gboolean
ear_finish (Ear *ear, MdspSpectrumReading *reading)
{
  memset (reading, 0, sizeof *reading);
  if (!ear->running)
    return FALSE;
  mdsp_spectrum_finish (&ear->state);
  mdsp_spectrum_read (&ear->state, reading);
  mdsp_spectrum_clear (&ear->state);
  ear->running = FALSE;
  return TRUE;
}

double
ear_plateau_share (const Ear *ear)
{
  return mdsp_plateau_share (&ear->plateau);
}

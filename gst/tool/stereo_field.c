/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "stereo_field.h"

#include <string.h>

StereoField *
stereo_field_new (void)
{
  StereoField *f = g_new0 (StereoField, 1);

  f->state = g_new0 (MdspStereo, 1);
  return f;
}

void
stereo_field_free (StereoField *f)
{
  if (!f)
    return;
  mdsp_stereo_clear (f->state);
  g_free (f->state);
  g_free (f);
}

static gboolean
begin (gpointer self, const GstAudioInfo *info)
{
  StereoField *f = self;
  MdspStereoParams params = { GST_AUDIO_INFO_RATE (info) };

  if (GST_AUDIO_INFO_CHANNELS (info) != 2)
    return TRUE;
  f->running = mdsp_stereo_init (f->state, &params, mdsp_kernels_get ()) == MDSP_OK;
  return f->running;
}

static void
take (gpointer self, const float *const planes[], guint n_frames)
{
  StereoField *f = self;

  if (f->running)
    mdsp_stereo_process (f->state, planes, n_frames);
}

Listener
stereo_field_listener (StereoField *f)
{
  return (Listener){ begin, take, f };
}

void
stereo_field_finish (StereoField *f)
{
  if (!f->running)
    return;
  f->running = FALSE;
  mdsp_stereo_finish (f->state);
  f->is_measured = mdsp_stereo_level_db (f->state, MDSP_STEREO_BROAD) == 0.0;
}

const MdspStereo *
stereo_field_measured (const StereoField *f)
{
  return f && f->is_measured ? f->state : NULL;
}

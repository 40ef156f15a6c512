/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "levels.h"

Levels *
levels_new (void)
{
  return g_new0 (Levels, 1);
}

void
levels_free (Levels *l)
{
  if (!l)
    return;
  if (l->running)
    mdsp_levels_clear (&l->state);
  g_free (l);
}

static gboolean
begin (gpointer self, const GstAudioInfo *info)
{
  Levels *l = self;

  l->running = mdsp_levels_init (&l->state, GST_AUDIO_INFO_RATE (info),
                                 GST_AUDIO_INFO_CHANNELS (info), mdsp_kernels_get ()) == MDSP_OK;
  return l->running;
}

static void
take (gpointer self, const float *const planes[], guint n_frames)
{
  Levels *l = self;

  mdsp_levels_process (&l->state, planes, n_frames);
}

Listener
levels_listener (Levels *l)
{
  return (Listener){ begin, take, l };
}

void
levels_finish (Levels *l)
{
  if (l->running)
    mdsp_levels_finish (&l->state);
}

const MdspLevelStep *
levels_steps (const Levels *l, gsize *n)
{
  *n = l && l->running ? l->state.n_steps : 0;
  return *n > 0 ? l->state.steps : NULL;
}

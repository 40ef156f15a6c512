/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Something that hears the audio of a pass beside the meters and changes nothing: a measurement of
 * dsp/measure behind three functions.
 */
#pragma once

#include <gst/audio/audio.h>

typedef struct {
  /* Once, with the format of what comes; FALSE makes the pass fail. */
  gboolean (*begin) (gpointer self, const GstAudioInfo *info);
  /* Planar F32, any number of frames, in order, on a thread of its own. */
  void (*take) (gpointer self, const float *const planes[], guint n_frames);
  gpointer self; /* outlives the pass */
} Listener;

/* Hangs them on the tee of that name in the bin, where F32 in any layout goes through; they share a
 * thread. FALSE with an error. */
gboolean listener_attach (GstElement *bin, const char *tee, const Listener listeners[], guint n,
                          GError **error);

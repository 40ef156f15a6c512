/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Channel positions between libsndfile and GStreamer (WAVE_FORMAT_EXTENSIBLE's mask has the same
 * order as GStreamer's positions).
 */
#pragma once

#include <gst/audio/audio.h>
#include <sndfile.h>

/* F32 info of an opened file, with its channel positions (unpositioned when it has none and more
 * than two channels). */
void wav_layout_read (SNDFILE *file, const SF_INFO *info, GstAudioInfo *audio);

/* Gives a file opened for writing its channel positions; FALSE when it must stay without. */
gboolean wav_layout_write (SNDFILE *file, const GstAudioInfo *audio);

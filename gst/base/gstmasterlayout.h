/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#ifndef GST_MASTER_LAYOUT_H
#define GST_MASTER_LAYOUT_H

#include <gst/audio/audio.h>

#include "measure/layout.h"

/* GStreamer's channel positions as loudspeakers; unpositioned channels all count alike. dual_mono: a
 * single channel will be heard from two. */
void gst_master_layout_speakers (const GstAudioInfo *info, gboolean dual_mono,
                                 MdspSpeaker *speakers);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Which tags of the mix belong into the master.
 */
#pragma once

#include <gst/gst.h>

/* A copy without what mastering made untrue (ReplayGain and R128 gains and peaks) and without what
 * describes the old file (codec, bit rates, encoder, container). */
GstTagList *tags_for_master (const GstTagList *source);

/* Adds to the list what id3v2mux and mp4mux understand: they know neither GST_TAG_DATE_TIME (a day
 * that is not known becomes the first) nor the ISRC. */
void tags_for_old_muxers (GstTagList *tags);

/* How many stale loudness tags `source` has. */
guint tags_count_stale (const GstTagList *source);

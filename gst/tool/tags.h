/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Which tags of the mix belong into the master.
 */
#pragma once

#include <gst/gst.h>

/* Every master says that it is one, for the day on which it is given to us again: as a comment of this
 * name with our version, or, where there is no room for it (WAV, MP4), as the software. */
#define TAGS_MASTERED "GST_MASTERING"
extern const char tags_software[]; /* "gst-mastering 1.2.3" */
gboolean tags_say_mastered (const GstTagList *tags);

/* A copy without what mastering made untrue (ReplayGain and R128 gains and peaks) and without what
 * describes the old file (codec, bit rates, encoder, container), and with ours. */
GstTagList *tags_for_master (const GstTagList *source);

/* Adds to the list what id3v2mux and mp4mux understand: they know neither GST_TAG_DATE_TIME (a day
 * that is not known becomes the first) nor the ISRC nor a description, and mp4mux no comments of ours. */
void tags_for_old_muxers (GstTagList *tags);

/* What of `wanted` is not in `found`, as names to print, "ISRC, publisher"; NULL: all of it is. Pictures are
 * not looked at. */
char *tags_lost (const GstTagList *wanted, const GstTagList *found);

/* How many stale loudness tags `source` has. */
guint tags_count_stale (const GstTagList *source);

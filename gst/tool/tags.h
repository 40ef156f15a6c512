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

/* How many stale loudness tags `source` has. */
guint tags_count_stale (const GstTagList *source);

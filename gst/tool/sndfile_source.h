/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A source bin that reads a file by libsndfile and gives F32 interleaved audio.
 */
#pragma once

#include "chunks64.h"

#include <gst/gst.h>

/* It posts what libsndfile knows as tags, and `tags` (transfer full, or NULL), which come first. */
GstElement *sndfile_source_new (const char *path, const Chunks64Info *chunks, GstTagList *tags,
                                GError **error);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A source bin that reads a file by libsndfile (RF64) and gives F32 interleaved audio.
 */
#pragma once

#include <gst/gst.h>

GstElement *sndfile_source_new (const char *path, GError **error);

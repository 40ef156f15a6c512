/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How many frames does a FLAC file promise? (RFC 9639, 8.2: STREAMINFO)
 */
#pragma once

#include <glib.h>

/* 0 when it is no FLAC file or does not say. */
guint64 flac_total_frames (const char *path);

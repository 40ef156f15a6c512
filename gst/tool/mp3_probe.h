/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How long does an MP3 file say that it is? By the Xing or Info header in its first frame (or
 * VBRI), which states the number of frames; without one nothing is promised.
 */
#pragma once

#include <glib.h>

/* The encoder writes how much of the start and the end is not music into 12 bits each; a decoder
 * may leave both out. */
#define MP3_MAX_TRIM_FRAMES (2 * 4095)

/* Samples per channel, 0 when the file does not say or is no MP3. */
guint64 mp3_total_frames (const char *path);

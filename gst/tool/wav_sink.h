/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Writes WAV by libsndfile: right headers, channel masks, RF64 past 4 GB, and the Broadcast Wave
 * chunks of a WAV input. (GStreamer's wavenc writes a zero channel mask and wraps its sizes.)
 */
#pragma once

#include "encoder.h"

/* A bin with a pad "sink": `converter` (a launch line that ends in S16LE, S24LE or F32LE) and the
 * writer. */
GstElement *wav_sink_new (const EncoderTarget *target, const char *converter, GError **error);

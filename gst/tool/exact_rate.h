/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A rate conversion of exact length. audioresample ends at the last output sample that lies before
 * the last one of its input, which is up to out / in samples early: here it is fed silence behind
 * the end, and what comes out is cut to the length that was asked for.
 */
#pragma once

#include <gst/gst.h>

/* On the audioresample `resampler`: n_frames come out of it. */
void exact_rate_attach (GstElement *resampler, guint64 n_frames);

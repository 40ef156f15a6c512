/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The pieces of pipelines that several passes share.
 */
#pragma once

#include "input.h"

#include <gst/audio/audio.h>

/* Clips what flows over a pad to its segment, counts that, and remembers its format. */
typedef struct {
  GstAudioInfo info;
  GstSegment segment;
  guint64 n_bytes;
  GstClockTime begin; /* of the first buffer */
  gboolean jumps;     /* its timestamps leave gaps, at which elements begin anew */
} FlowCount;

/* pipeline with `source ! (stage bin)`, which decodes the input; `stage` is consumed. The source's
 * format is counted in `decoded` (as decoded); both pointers outlive the pipeline. */
GstElement *chain_pipeline_new (const Input *input, guint stream, GstElement *stage,
                                FlowCount *decoded, GError **error);

/* pipeline with `source ! stage`; both are consumed. */
GstElement *chain_pipeline_of (GstElement *source, GstElement *stage);

/* What is no number becomes silence on the source pad of the named element, where F32 flows: in front of a
 * filter that would spread it. */
void chain_clean (GstElement *bin, const char *element);

/* Counts on the named element's pad inside a bin. */
void chain_count (GstElement *bin, const char *element, const char *pad, FlowCount *count);

guint64 flow_count_frames (const FlowCount *count);

/* Audio becomes F32 without dither, as every element of this plugin wants it. */
#define CHAIN_TO_FLOAT                                                                             \
  "audioconvert dithering=none noise-shaping=none ! "                                              \
  "capsfilter name=float caps=\"audio/x-raw,format=" GST_AUDIO_NE (F32) ",layout=interleaved\""

/* A meter of which only the final message is wanted: readings on the way cost libebur128 a sort of
 * all blocks each. Mono counts as it plays. */
#define CHAIN_METER "loudnessmeter interval=3600000000000 dual-mono=true name="

/* Decouples two threads without ever dropping or growing far. */
#define CHAIN_QUEUE "queue max-size-time=0 max-size-bytes=4194304 max-size-buffers=0"

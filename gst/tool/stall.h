/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Notices that a pipeline will never end. decodebin swallows an error that a demuxer posts while it
 * is being plugged in, as on an MP4 file that lost its end: then every task rests, and no message
 * comes.
 */
#pragma once

#include <gst/gst.h>

typedef struct {
  GstElement *source; /* the bin "source" */
  GstPad *pad;        /* its ghost pad "src" */
  gulong probe;
  gint n_passed;  /* buffers and events through the pad */
  gint at_end;    /* it has seen EOS: what follows may take its time */
  gint last_seen; /* of n_passed */
  guint n_rounds; /* polls without a sign of life */
} Stall;

void stall_watch (Stall *stall, GstElement *pipeline);
void stall_unwatch (Stall *stall);

/* To be called every STALL_POLL_MS: rounds are counted and not time, so that a stopped process
 * (Ctrl-Z) is no stall. FALSE with a TOOL_ERROR_INPUT when nothing more will come. */
#define STALL_POLL_MS 100
gboolean stall_check (Stall *stall, const char *input_name, GError **error);

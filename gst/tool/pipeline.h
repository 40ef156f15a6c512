/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Runs one pipeline from start to end: bus, progress, interruption, errors in plain words.
 */
#pragma once

#include <gst/gst.h>

typedef void (*PipelineMessage) (GstMessage *message, gpointer user_data);

typedef struct {
  const char *label;          /* of the progress bar */
  PipelineMessage on_message; /* ELEMENT and TAG messages; may be NULL */
  gpointer user_data;
  const char *input_name;  /* for error texts */
  const char *output_name; /* for error texts; NULL when nothing is written */
} PipelineRun;

/* Plays to EOS and sets the pipeline to NULL. FALSE with a TOOL_ERROR. */
gboolean pipeline_run (GstElement *pipeline, const PipelineRun *run, GError **error);

/* An element of a factory, or NULL with a TOOL_ERROR_MISSING that names the package. */
GstElement *pipeline_make (const char *factory, const char *name, GError **error);

/* The Debian package that has the element, or NULL when not known. */
const char *pipeline_package_of (const char *factory);

/* Parses a launch line into a bin with ghost pads; missing elements become the same error. */
GstElement *pipeline_parse_bin (const char *line, GError **error);

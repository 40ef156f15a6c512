/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Several inputs: one process each, so that one bad file cannot take the others with it, some at a
 * time. Their outputs are printed whole and in the order of the inputs.
 */
#pragma once

#include <glib.h>

/* Does one input, printing to stdout; returns its exit code. */
typedef int (*JobFunc) (const char *input, gpointer user_data);

/* Runs before GStreamer is started (the children fork from here). The result is the worst exit
 * code. With `json` the outputs become one array, in which a file that has
 * none is {"path", "error"}. */
int jobs_run (char **inputs, guint n_at_once, gboolean json, JobFunc func, gpointer user_data);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The tool's error domain and its exit codes. A message is a sentence for a musician: what
 * happened, and what to do about it.
 */
#pragma once

#include <glib.h>

typedef enum {
  TOOL_EXIT_OK = 0,          /* done and in spec */
  TOOL_EXIT_CONSTRAINED = 1, /* done, but a constraint or a check failed, and was named */
  TOOL_EXIT_BAD = 2          /* bad usage or input; nothing was written */
} ToolExit;

typedef enum {
  TOOL_ERROR_USAGE,
  TOOL_ERROR_INPUT,       /* the input cannot be used */
  TOOL_ERROR_OUTPUT,      /* the output cannot be written */
  TOOL_ERROR_MISSING,     /* an element or encoder is not installed */
  TOOL_ERROR_INTERRUPTED, /* SIGINT or SIGTERM */
  TOOL_ERROR_INTERNAL     /* ours: a promise would have been broken */
} ToolError;

#define TOOL_ERROR (tool_error_quark ())
GQuark tool_error_quark (void);

/* Sets a TOOL_ERROR_USAGE; always FALSE, so that it can be returned. */
gboolean tool_usage_error (GError **error, const char *sentence);
/* What to do about a write that failed with this errno, without a full stop: `otherwise`, but more space does not
 * help where a limit of the size of files was met. */
const char *tool_write_advice (int number, const char *otherwise);
/* "gst-master: <message>" on stderr, with its last full stop. */
void tool_print_error (const char *about, const GError *error);
/* Its newest message in this process, or NULL. */
const char *tool_last_error (void);

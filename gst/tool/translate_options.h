/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The options of the command translate.
 */
#pragma once

#include "format.h"

typedef struct {
  gboolean json, quiet, force, accept_damaged;
  int stream, jobs;
  char *folder;  /* NULL: nothing is rendered */
  char *devices; /* comma separated; NULL: all */
  char *format_name;
  Format format;
  char **inputs;
} TranslateCli;

/* FALSE with a TOOL_ERROR_USAGE or GOption's own error. */
gboolean translate_options_parse (TranslateCli *cli, int argc, char **argv, GError **error);
void translate_options_clear (TranslateCli *cli);

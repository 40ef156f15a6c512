/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "error.h"

#include <errno.h>

G_DEFINE_QUARK (gst - master - error, tool_error)

static char *last_error; /* of the main thread, as all that prints */

gboolean
tool_usage_error (GError **error, const char *sentence)
{
  g_set_error_literal (error, TOOL_ERROR, TOOL_ERROR_USAGE, sentence);
  return FALSE;
}

const char *
tool_write_advice (int number, const char *otherwise)
{
  if (number != EFBIG)
    return otherwise;
  return "raise this shell's limit of the size of a file (ulimit -f) or, where there is none, "
         "choose a disk that "
         "takes larger files (FAT32 ends at 4 GB)";
}

const char *
tool_last_error (void)
{
  return last_error;
}

void
tool_print_error (const char *about, const GError *error)
{
  g_free (last_error);
  last_error = g_strdup (error->message);
  if (about)
    g_printerr ("gst-master-1.0: %s: %s\n", about, error->message);
  else
    g_printerr ("gst-master-1.0: %s\n", error->message);
}

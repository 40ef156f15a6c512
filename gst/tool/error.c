/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "error.h"

G_DEFINE_QUARK (gst - master - error, tool_error)

void
tool_print_error (const char *about, const GError *error)
{
  if (about)
    g_printerr ("gst-master-1.0: %s: %s\n", about, error->message);
  else
    g_printerr ("gst-master-1.0: %s\n", error->message);
}

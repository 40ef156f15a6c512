/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "wrap.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void
wrap_line (GString *out, const char *line, guint n_columns)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  gboolean indented = line[0] == ' ';
  glong used = 0;

  for (guint i = 0; words[i]; i++) {
    glong length = g_utf8_strlen (words[i], -1);

    if (i > 0 && used + 1 + length > (glong) n_columns) {
      g_string_append (out, indented ? "\n    " : "\n");
      used = indented ? 4 : 0;
    } else if (i > 0) {
      g_string_append_c (out, ' ');
      used++;
    }
    g_string_append (out, words[i]);
    used += length;
  }
}

char *
wrap_text (const char *text, guint n_columns)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *out = g_string_new (NULL);

  for (guint i = 0; lines[i]; i++) {
    if (i > 0)
      g_string_append_c (out, '\n');
    wrap_line (out, lines[i], n_columns);
  }
  return g_string_free (out, FALSE);
}

void
wrap_print (const char *text, FILE *to)
{
  g_autofree char *wrapped = NULL;
  struct winsize size;

  if (isatty (fileno (to)) && ioctl (fileno (to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    wrapped = wrap_text (text, size.ws_col);
  fputs (wrapped ? wrapped : text, to);
}

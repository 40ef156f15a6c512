/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 30

static gboolean enabled;
static gboolean on_screen;

void
progress_enable (void)
{
  enabled = isatty (STDERR_FILENO);
}

void
progress_show (const char *what, double fraction)
{
  char bar[BAR_WIDTH + 1];

  if (!enabled)
    return;
  if (fraction > 1.0)
    fraction = 1.0;
  for (int i = 0; i < BAR_WIDTH; i++)
    bar[i] = fraction >= 0.0 && i < fraction * BAR_WIDTH ? '#' : '.';
  bar[BAR_WIDTH] = '\0';
  if (fraction >= 0.0)
    fprintf (stderr, "\r%-12s [%s] %3.0f %%\033[K", what, bar, fraction * 100.0);
  else
    fprintf (stderr, "\r%-12s\033[K", what);
  fflush (stderr);
  on_screen = TRUE;
}

void
progress_clear (void)
{
  if (on_screen)
    fputs ("\r\033[K", stderr);
  on_screen = FALSE;
}

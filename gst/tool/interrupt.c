/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "interrupt.h"

#include "error.h"

#include <signal.h>

static volatile sig_atomic_t caught;

static void
on_signal (int number)
{
  caught = number;
}

void
interrupt_install (void)
{
  struct sigaction action = { .sa_handler = on_signal };

  sigemptyset (&action.sa_mask);
  /* The second Ctrl-C kills at once: someone who presses it twice means it. */
  action.sa_flags = SA_RESETHAND;
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  sigaction (SIGHUP, &action, NULL);
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);
}

gboolean
interrupt_check (GError **error)
{
  if (!caught)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERRUPTED,
               "stopped by %s; nothing was written and nothing was changed.",
               caught == SIGINT ? "Ctrl-C" : g_strsignal (caught));
  return FALSE;
}

void
interrupt_reraise (void)
{
  if (!caught)
    return;
  signal (caught, SIG_DFL);
  raise (caught);
}

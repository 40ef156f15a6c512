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

/* What whoever started us wants ignored stays ignored: nohup, and a shell's jobs in the background. */
static void
catch_signal (int number)
{
  struct sigaction action = { .sa_handler = on_signal }, inherited;

  if (sigaction (number, NULL, &inherited) == 0 && inherited.sa_handler == SIG_IGN)
    return;
  sigemptyset (&action.sa_mask);
  /* The second Ctrl-C kills at once: someone who presses it twice means it. */
  action.sa_flags = SA_RESETHAND;
  sigaction (number, &action, NULL);
}

void
interrupt_install (void)
{
  catch_signal (SIGINT);
  catch_signal (SIGTERM);
  catch_signal (SIGHUP);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "jobs.h"

#include "error.h"
#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  pid_t pid; /* 0: not started, -1: done */
  FILE *output;
  int code;
} Job;

static gboolean
start (Job *job, const char *input, JobFunc func, gpointer user_data)
{
  job->output = tmpfile ();
  if (!job->output)
    return FALSE;
  fflush (stdout);
  fflush (stderr);
  job->pid = fork ();
  if (job->pid == 0) {
    int code;

    dup2 (fileno (job->output), STDOUT_FILENO);
    code = func (input, user_data);
    fflush (stdout);
    interrupt_reraise ();
    _exit (code);
  }
  return job->pid > 0;
}

static void
print_output (Job *job, gboolean json, gboolean first)
{
  char block[4096];
  size_t n;

  rewind (job->output);
  for (gboolean any = FALSE; (n = fread (block, 1, sizeof block, job->output)) > 0; any = TRUE) {
    if (!any && !first)
      fputs (json ? ",\n" : "\n", stdout);
    fwrite (block, 1, n, stdout);
  }
  fclose (job->output);
  job->output = NULL;
}

static int
code_of (int status)
{
  return WIFEXITED (status) ? WEXITSTATUS (status) : TOOL_EXIT_BAD;
}

/* One child's end, or a signal to us, which the children get too. */
static void
wait_for_one (Job *jobs, guint n)
{
  int status;
  pid_t pid = waitpid (-1, &status, 0);

  if (pid < 0 && errno == EINTR) {
    for (guint i = 0; i < n; i++)
      if (jobs[i].pid > 0)
        kill (jobs[i].pid, SIGTERM);
    return;
  }
  for (guint i = 0; pid > 0 && i < n; i++)
    if (jobs[i].pid == pid) {
      jobs[i].pid = -1;
      jobs[i].code = code_of (status);
    }
}

static guint
count_running (const Job *jobs, guint n)
{
  guint running = 0;

  for (guint i = 0; i < n; i++)
    running += jobs[i].pid > 0;
  return running;
}

int
jobs_run (char **inputs, guint n_at_once, gboolean json, JobFunc func, gpointer user_data)
{
  guint n = g_strv_length (inputs), started = 0, printed = 0;
  g_autofree Job *jobs = g_new0 (Job, n);
  gboolean first = TRUE;
  int worst = TOOL_EXIT_OK;

  if (json)
    fputs ("[\n", stdout);
  while (printed < n) {
    while (started < n && interrupt_check (NULL) && count_running (jobs, n) < MAX (n_at_once, 1)) {
      if (!start (&jobs[started], inputs[started], func, user_data))
        jobs[started].pid = -1, jobs[started].code = TOOL_EXIT_BAD;
      started++;
    }
    if (jobs[printed].pid == 0 && !interrupt_check (NULL))
      break;
    if (jobs[printed].pid > 0) {
      wait_for_one (jobs, n);
      continue;
    }
    worst = MAX (worst, jobs[printed].code);
    if (jobs[printed].output) {
      print_output (&jobs[printed], json, first);
      first = FALSE;
    }
    printed++;
  }
  if (json)
    fputs ("]\n", stdout);
  return worst;
}

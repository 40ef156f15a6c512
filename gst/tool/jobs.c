/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "jobs.h"

#include "error.h"
#include "interrupt.h"
#include "json.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  pid_t pid; /* 0: not started, -1: done */
  FILE *output;
  int code;
} Job;

#define POLL_US 20000

static void
tell (const char *input, const char *what, const char *why)
{
  g_printerr ("gst-master-1.0: %s: %s (%s).\n", input, what, why);
}

/* A file without a report is in the array as well. */
static void
print_json_error (const char *input)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autofree char *text = NULL;

  json_builder_begin_object (b);
  json_add_text (b, "path", input);
  json_add_text (b, "error", tool_last_error ());
  json_builder_end_object (b);
  text = json_to_text (json_builder_get_root (b));
  fputs (text, stdout);
}

/* In the child; its report must not be lost without a word. */
static void
run (const Job *job, const char *input, gboolean json, JobFunc func, gpointer user_data)
{
  int code;

  dup2 (fileno (job->output), STDOUT_FILENO);
  code = func (input, user_data);
  if (json && fflush (stdout) == 0 && lseek (STDOUT_FILENO, 0, SEEK_CUR) == 0)
    print_json_error (input);
  errno = 0;
  if (fflush (stdout) != 0 || ferror (stdout)) {
    tell (input, "its report could not be kept until its turn; free some space in /tmp",
          g_strerror (errno ? errno : ENOSPC));
    code = MAX (code, TOOL_EXIT_CONSTRAINED);
  }
  interrupt_reraise ();
  _exit (code);
}

static void
start (Job *job, const char *input, gboolean json, JobFunc func, gpointer user_data)
{
  job->output = tmpfile ();
  fflush (stdout);
  fflush (stderr);
  job->pid = job->output ? fork () : -1;
  if (job->pid == 0)
    run (job, input, json, func, user_data);
  if (job->pid > 0)
    return;
  tell (input, "it was not started; free some memory and space in /tmp", g_strerror (errno));
  job->code = TOOL_EXIT_BAD;
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
code_of (int status, const char *input)
{
  int number;

  if (WIFEXITED (status))
    return WEXITSTATUS (status);
  number = WTERMSIG (status);
  if (number != SIGINT && number != SIGTERM && number != SIGHUP) /* of those it told itself */
    tell (input, "its process was killed and nothing of it was kept", strsignal (number));
  return TOOL_EXIT_BAD;
}

static void
stop_all (const Job *jobs, guint n)
{
  for (guint i = 0; i < n; i++)
    if (jobs[i].pid > 0)
      kill (jobs[i].pid, SIGTERM);
}

/* One child's end. A signal to us stops the children too; it may come at any moment, so nothing here
 * waits without an end. */
static void
wait_for_one (Job *jobs, guint n, char **inputs, gboolean *stopping)
{
  int status;
  pid_t pid;

  while ((pid = waitpid (-1, &status, WNOHANG)) == 0) {
    if (!*stopping && !interrupt_check (NULL)) {
      *stopping = TRUE;
      stop_all (jobs, n);
    }
    g_usleep (POLL_US);
  }
  for (guint i = 0; pid > 0 && i < n; i++)
    if (jobs[i].pid == pid) {
      jobs[i].pid = -1;
      jobs[i].code = code_of (status, inputs[i]);
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
  gboolean first = TRUE, stopping = FALSE;
  int worst = TOOL_EXIT_OK;

  if (json)
    fputs ("[\n", stdout);
  while (printed < n) {
    while (started < n && interrupt_check (NULL) && count_running (jobs, n) < MAX (n_at_once, 1)) {
      start (&jobs[started], inputs[started], json, func, user_data);
      started++;
    }
    if (jobs[printed].pid == 0 && !interrupt_check (NULL))
      break;
    if (jobs[printed].pid > 0) {
      wait_for_one (jobs, n, inputs, &stopping);
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

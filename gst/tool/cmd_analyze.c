/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 *
 * analyze IN...: the numbers of files.
 */
#include "commands.h"

#include "analysis.h"
#include "error.h"
#include "jobs.h"
#include "json.h"
#include "progress.h"
#include "report.h"
#include "wrap.h"

#include <stdio.h>

typedef struct {
  gboolean json, quiet, technical, accept_damaged;
  int stream, jobs;
  char **inputs;
} AnalyzeOptions;

static gboolean
parse (AnalyzeOptions *o, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &o->json, "Print JSON", NULL },
    { "technical", 0, 0, G_OPTION_ARG_NONE, &o->technical,
      "More numbers, and a second opinion by libebur128", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &o->quiet, "No progress bar", NULL },
    { "stream", 0, 0, G_OPTION_ARG_INT, &o->stream, "Audio stream of a file with several", "N" },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &o->jobs, "Files at once (1)", "N" },
    { "accept-damaged", 0, 0, G_OPTION_ARG_NONE, &o->accept_damaged,
      "Measure what is there of a file that is cut short", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->inputs, NULL, NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("FILE... - measure files");

  g_set_prgname ("gst-master-1.0 analyze");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (!o->inputs) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "name a file to measure: gst-master-1.0 analyze song.wav");
    return FALSE;
  }
  for (gsize i = 0; o->inputs[i]; i++)
    if (!*o->inputs[i]) {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                   "the name of a file is empty; name a file, or - for standard input.");
      return FALSE;
    }
  if (o->stream < 1 || o->jobs < 1) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, "--stream and --jobs count from 1.");
    return FALSE;
  }
  return TRUE;
}

static int
analyze_one (const char *path, gpointer user_data)
{
  AnalyzeOptions *o = user_data;
  AnalysisOptions options = { .stream = o->stream - 1,
                              .label = "Listening",
                              .second_opinion = o->technical,
                              .translate = TRUE,
                              .accept_damaged = o->accept_damaged };
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL, *text = NULL;
  g_autoptr (Input) input = NULL;
  g_autoptr (Analysis) analysis = NULL;

  tool_start_gstreamer ();
  input = input_open (path, o->accept_damaged, &warning, &error);
  if (input)
    analysis = analysis_run (input, &options, &error);
  if (!analysis) {
    tool_print_error (input ? input->name : path, error);
    return TOOL_EXIT_BAD;
  }
  if (warning)
    g_printerr ("gst-master-1.0: %s: warning: %s.\n", path, warning);
  text = o->json ? json_to_text (json_analysis (input, analysis))
                 : report_analysis (input, analysis, o->technical);
  if (o->json)
    fputs (text, stdout);
  else
    wrap_print (text, stdout);
  return TOOL_EXIT_OK;
}

int
cmd_analyze (int argc, char **argv)
{
  AnalyzeOptions o = { .stream = 1, .jobs = 1 };
  g_autoptr (GError) error = NULL;
  int code;

  if (!parse (&o, argc, argv, &error)) {
    tool_print_error (NULL, error);
    g_strfreev (o.inputs);
    return TOOL_EXIT_BAD;
  }
  if (!o.quiet && !o.inputs[1])
    progress_enable ();
  code = o.inputs[1] ? jobs_run (o.inputs, o.jobs, o.json, analyze_one, &o)
                     : analyze_one (o.inputs[0], &o);
  g_strfreev (o.inputs);
  return code;
}

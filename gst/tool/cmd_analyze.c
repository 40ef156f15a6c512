/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 *
 * analyze IN...: the numbers of files.
 */
#include "commands.h"

#include "album.h"
#include "analysis.h"
#include "error.h"
#include "jobs.h"
#include "json.h"
#include "progress.h"
#include "report.h"
#include "wrap.h"

#include <stdio.h>

typedef struct {
  gboolean json, quiet, technical, accept_damaged, album;
  int stream, jobs;
  char *genre_name;
  Profile *genre; /* NULL: none was named */
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
    { "genre", 0, 0, G_OPTION_ARG_STRING, &o->genre_name,
      "Hold the tonal balance against that of a genre (released music)", "NAME" },
    { "stream", 0, 0, G_OPTION_ARG_INT, &o->stream, "Audio stream of a file with several", "N" },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &o->jobs, "Files at once (1)", "N" },
    { "accept-damaged", 0, 0, G_OPTION_ARG_NONE, &o->accept_damaged,
      "Measure what is there of a file that is cut short", NULL },
    { "album", 0, 0, G_OPTION_ARG_NONE, &o->album,
      "The files are the tracks of an album, in this order: measure the whole as well", NULL },
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
  if (o->genre_name && !(o->genre = profile_load (o->genre_name, PROFILE_GENRE, error)))
    return FALSE;
  return TRUE;
}

static void
clear (AnalyzeOptions *o)
{
  g_strfreev (o->inputs);
  g_free (o->genre_name);
  profile_free (o->genre);
}

/* Measures one file; the album hears it, too. NULL after the error was printed. */
static Analysis *
measure (const AnalyzeOptions *o, const char *path, Album *album, Input **input, Tone **tone)
{
  Listener listener = album_listener (album);
  AnalysisOptions options = { .stream = o->stream - 1,
                              .label = "Listening",
                              .second_opinion = o->technical,
                              .spectrum = TRUE,
                              .stereo = TRUE,
                              .translate = TRUE,
                              .listeners = &listener,
                              .n_listeners = album ? 1 : 0,
                              .accept_damaged = o->accept_damaged };
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  g_autoptr (Analysis) analysis = NULL;

  *input = input_open (path, o->accept_damaged, &warning, &error);
  analysis = *input ? analysis_run (*input, &options, &error) : NULL;
  *tone = analysis ? tone_new (o->genre, NULL, analysis, &error) : NULL;
  if (!*tone)
    tool_print_error (*input ? (*input)->name : path, error);
  else if (warning)
    g_printerr ("gst-master-1.0: %s: warning: %s.\n", path, warning);
  return *tone ? g_steal_pointer (&analysis) : NULL;
}

static int
analyze_one (const char *path, gpointer user_data)
{
  const AnalyzeOptions *o = user_data;
  g_autofree char *text = NULL;
  g_autoptr (Input) input = NULL;
  g_autoptr (Analysis) analysis = NULL;
  g_autoptr (Tone) tone = NULL;

  tool_start_gstreamer ();
  analysis = measure (o, path, NULL, &input, &tone);
  if (!analysis)
    return TOOL_EXIT_BAD;
  text = o->json ? json_to_text (json_analysis (input, analysis, tone))
                 : report_analysis (input, analysis, tone, o->technical);
  if (o->json)
    fputs (text, stdout);
  else
    wrap_print (text, stdout);
  return TOOL_EXIT_OK;
}

/* {"tracks": [...], "album": {...}} */
static void
print_album_json (const Album *album, GPtrArray *tracks)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autofree char *text = NULL;

  json_builder_begin_object (b);
  json_builder_set_member_name (b, "tracks");
  json_builder_begin_array (b);
  while (tracks->len > 0)
    json_builder_add_value (b, g_ptr_array_steal_index (tracks, 0));
  json_builder_end_array (b);
  album_json (album, b);
  json_builder_end_object (b);
  text = json_to_text (json_builder_get_root (b));
  fputs (text, stdout);
}

/* One process for all: the loudness of the whole is that of the tracks in a row. */
static int
analyze_album (const AnalyzeOptions *o)
{
  g_autoptr (Album) album = album_new ();
  g_autoptr (GPtrArray) tracks = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *whole = NULL;

  tool_start_gstreamer ();
  for (gsize i = 0; o->inputs[i]; i++) {
    g_autoptr (Input) input = NULL;
    g_autoptr (Tone) tone = NULL;
    g_autoptr (Analysis) analysis = measure (o, o->inputs[i], album, &input, &tone);
    g_autofree char *text = NULL;

    if (!analysis)
      return TOOL_EXIT_BAD;
    album_add (album, input->name, &analysis->meter);
    if (o->json)
      g_ptr_array_add (tracks, json_analysis (input, analysis, tone));
    text = report_analysis (input, analysis, tone, o->technical);
    g_string_append_printf (out, "%s\n", text);
  }
  if (o->json) {
    print_album_json (album, tracks);
    return TOOL_EXIT_OK;
  }
  whole = album_report (album);
  g_string_append (out, whole);
  wrap_print (out->str, stdout);
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
    clear (&o);
    return TOOL_EXIT_BAD;
  }
  if (!o.quiet && !o.inputs[1])
    progress_enable ();
  code = o.album       ? analyze_album (&o)
         : o.inputs[1] ? jobs_run (o.inputs, o.jobs, o.json, analyze_one, &o)
                       : analyze_one (o.inputs[0], &o);
  clear (&o);
  return code;
}

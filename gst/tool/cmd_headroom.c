/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 *
 * headroom FILE...: what lossy codecs do to its peaks, and the ceiling that holds. Exit 1 when a
 * decoded peak goes over.
 */
#include "commands.h"

#include "error.h"
#include "headroom.h"
#include "headroom_report.h"
#include "jobs.h"
#include "json.h"
#include "progress.h"
#include "wrap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  gboolean quick, thorough, json, quiet, accept_damaged;
  double ceiling_dbtp;
  char *codecs, *platforms;
  int stream;
  char **inputs;
} HeadroomCli;

static gboolean
check_options (const HeadroomCli *cli, GError **error)
{
  if (!cli->inputs)
    return tool_usage_error (error, "name a master: gst-master-1.0 headroom song.flac");
  for (gsize i = 0; cli->inputs[i]; i++)
    if (!*cli->inputs[i])
      return tool_usage_error (
          error, "the name of a file is empty; name a file, or - for standard input.");
  if (cli->quick && cli->thorough)
    return tool_usage_error (error, "--quick and --thorough do not go together; leave one out.");
  if (cli->codecs && cli->platforms)
    return tool_usage_error (error,
                             "--codecs and --for do not go together: --for takes the codecs of a "
                             "service; leave one out.");
  if (cli->stream < 1)
    return tool_usage_error (error, "--stream counts from 1.");
  if (!(cli->ceiling_dbtp >= -24.0 && cli->ceiling_dbtp <= 6.0))
    return tool_usage_error (error,
                             "--decoded-ceiling is -24 to 6 (dBTP); 0 is where players clip.");
  return TRUE;
}

static gboolean
parse (HeadroomCli *cli, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "codecs", 0, 0, G_OPTION_ARG_STRING, &cli->codecs,
      "Codecs with bit rates: aac:128,mp3:320,... (what streaming services send)", "LIST" },
    { "for", 0, 0, G_OPTION_ARG_STRING, &cli->platforms,
      "What these services send: spotify,youtube,...", "NAMES" },
    { "decoded-ceiling", 0, 0, G_OPTION_ARG_DOUBLE, &cli->ceiling_dbtp,
      "What decoded peaks must not exceed (0)", "DBTP" },
    { "quick", 0, 0, G_OPTION_ARG_NONE, &cli->quick, "Fewer encodes; may miss the highest peak",
      NULL },
    { "thorough", 0, 0, G_OPTION_ARG_NONE, &cli->thorough,
      "Four times the encodes, by every encoder that is installed", NULL },
    { "stream", 0, 0, G_OPTION_ARG_INT, &cli->stream, "Audio stream of a file with several (1)",
      "N" },
    { "accept-damaged", 0, 0, G_OPTION_ARG_NONE, &cli->accept_damaged,
      "Take what is there of a file that is cut short", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, "Print JSON", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &cli->quiet, "Print only what went wrong", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &cli->inputs, NULL, NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("FILE... - what lossy codecs do to its peaks");

  g_set_prgname ("gst-master-1.0 headroom");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, &argc, &argv, error) && check_options (cli, error);
}

/* An encoder that was asked for by name must be there; of the usual ones those that are. */
static GPtrArray *
codecs_of (const HeadroomCli *cli, GError **error)
{
  g_autoptr (GPtrArray) codecs =
      cli->codecs
          ? codec_list_parse (cli->codecs, cli->thorough, error)
          : codec_list_for (cli->platforms ? cli->platforms : "streaming", cli->thorough, error);

  if (!codecs)
    return NULL;
  if (codecs->len == 0) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "as far as is known nothing lossy is sent by %s; name codecs: --codecs aac:256.",
                 cli->platforms);
    return NULL;
  }
  for (guint i = 0; cli->codecs && i < codecs->len; i++)
    if (!codec_check (codecs->pdata[i], error))
      return NULL;
  return g_steal_pointer (&codecs);
}

static gboolean
check_usable (const Analysis *a, GError **error)
{
  int channels = GST_AUDIO_INFO_CHANNELS (&a->info);

  if (channels > 2)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "it has %d channels, and what services send of surround is not known well enough; "
                 "fold it down to stereo first.",
                 channels);
  else if (!isfinite (a->meter.sample_peak_dbfs))
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "the file is silent from start to end; no codec lifts its peaks.");
  else
    return TRUE;
  return FALSE;
}

static void
print_json (const Input *input, const Analysis *a, const Headroom *h, int code)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autofree char *text = NULL;

  json_builder_begin_object (b);
  json_add_file (b, "input", input->name, a);
  json_add_number (b, "loudness", a->meter.loudness);
  headroom_report_json (b, h, a->meter.loudness);
  json_builder_set_member_name (b, "exit");
  json_builder_add_int_value (b, code);
  json_builder_end_object (b);
  text = json_to_text (json_builder_get_root (b));
  fputs (text, stdout);
}

static void
print_report (const HeadroomCli *cli, const Input *input, const Analysis *a, const Headroom *h,
              int code)
{
  g_autofree char *text = NULL;

  if (cli->json) {
    print_json (input, a, h, code);
  } else if (!cli->quiet) {
    text = headroom_report_text (input, a, h);
    wrap_print (text, stdout);
  } else if (code != TOOL_EXIT_OK) {
    g_printerr ("gst-master-1.0: %s: a decoded peak is over %g dBTP; a ceiling of %.1f dBTP "
                "holds.\n",
                input->name, h->ceiling_dbtp, h->holds_dbtp);
  }
}

/* The file decoded once, kept, and measured on the way. */
static Analysis *
listen (const HeadroomCli *cli, const Input *input, Sound *sound, GError **error)
{
  Listener listener = sound_listener (sound);
  AnalysisOptions options = { .stream = cli->stream - 1,
                              .label = "Listening",
                              .listeners = &listener,
                              .n_listeners = 1,
                              .accept_damaged = cli->accept_damaged };
  g_autoptr (Analysis) a = analysis_run (input, &options, error);

  return a && sound_finish (sound, error) && check_usable (a, error) ? g_steal_pointer (&a) : NULL;
}

static int
headroom (const HeadroomCli *cli, const char *path, Input **input, GError **error)
{
  HeadroomOptions options = { .effort = cli->quick      ? HEADROOM_QUICK
                                        : cli->thorough ? HEADROOM_THOROUGH
                                                        : HEADROOM_NORMAL,
                              .ceiling_dbtp = cli->ceiling_dbtp };
  g_autoptr (GPtrArray) codecs = codecs_of (cli, error);
  g_autofree char *warning = NULL;
  g_autoptr (Sound) sound = NULL;
  g_autoptr (Analysis) a = NULL;
  g_autoptr (Headroom) h = NULL;
  int code;

  if (!codecs || !(*input = input_open (path, cli->accept_damaged, &warning, error)) ||
      !(sound = sound_new (error)) || !(a = listen (cli, *input, sound, error)) ||
      !(h = headroom_run (sound, codecs, &options, error)))
    return TOOL_EXIT_BAD;
  if (warning)
    g_printerr ("gst-master-1.0: %s: warning: %s.\n", path, warning);
  if (h->codecs->len == 0) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_MISSING, "no codec could be tried. %s",
                 (char *) h->missing->pdata[0]);
    return TOOL_EXIT_BAD;
  }
  code = headroom_holds (h) ? TOOL_EXIT_OK : TOOL_EXIT_CONSTRAINED;
  print_report (cli, *input, a, h, code);
  return code;
}

static int
headroom_one (const char *path, gpointer user_data)
{
  const HeadroomCli *cli = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Input) input = NULL;
  int code;

  tool_start_gstreamer ();
  code = headroom (cli, path, &input, &error);
  if (error)
    tool_print_error (strcmp (path, "-") ? path : "standard input", error);
  return code;
}

int
cmd_headroom (int argc, char **argv)
{
  HeadroomCli cli = { .stream = 1 };
  g_autoptr (GError) error = NULL;
  int code = TOOL_EXIT_BAD;

  if (!parse (&cli, argc, argv, &error)) {
    tool_print_error (NULL, error);
  } else {
    gboolean several = cli.inputs[1] != NULL;

    if (!cli.quiet && !several)
      progress_enable ();
    code = several ? jobs_run (cli.inputs, 1, cli.json, headroom_one, &cli)
                   : headroom_one (cli.inputs[0], &cli);
  }
  g_free (cli.codecs);
  g_free (cli.platforms);
  g_strfreev (cli.inputs);
  return code;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 *
 * translate IN...: how files sound on a phone, in a car, ...; with -o to be heard.
 */
#include "commands.h"

#include "error.h"
#include "jobs.h"
#include "json.h"
#include "names.h"
#include "progress.h"
#include "report.h"
#include "translate_options.h"
#include "translate_render.h"
#include "stereo_report.h"
#include "translation_report.h"
#include "wrap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static PreviewOptions
preview_options (const TranslateCli *cli)
{
  return (PreviewOptions){ cli->folder, &cli->format, cli->stream - 1, cli->force, cli->inputs };
}

static void
preview_lines (GString *out, const Previews *previews, const Analysis *a)
{
  double down = a->meter.loudness - previews->loudness_lufs;

  g_string_append_printf (out,
                          "\nFiles of the same loudness, %.1f LUFS, so that only the sound "
                          "differs:\n",
                          previews->loudness_lufs);
  for (guint i = 0; i < previews->list->len; i++) {
    const Preview *preview = previews->list->pdata[i];

    if (preview->is_silent)
      g_string_append_printf (out, "  (none %s: nothing is heard there)\n", preview->device->place);
    else
      g_string_append_printf (out, "  %s\n", preview->path);
  }
  if (down > 0.05)
    g_string_append_printf (out,
                            "They are %.1f dB quieter than the file, to keep all peaks under %g "
                            "dBTP.\n",
                            down, PREVIEW_CEILING_DBTP);
}

static char *
text_report (const Input *input, const Analysis *a, const Previews *previews)
{
  GString *out = g_string_new (NULL);

  report_head (out, input, a);
  translation_report_sentences (out, NULL, a->translation, stereo_report_problems (out, a));
  translation_report_table (out, NULL, a->translation);
  if (previews)
    preview_lines (out, previews, a);
  return g_string_free (out, FALSE);
}

static void
add_previews (JsonBuilder *b, const Previews *previews)
{
  json_add_number (b, "preview-loudness", previews->loudness_lufs);
  json_builder_set_member_name (b, "previews");
  json_builder_begin_array (b);
  for (guint i = 0; i < previews->list->len; i++) {
    const Preview *preview = previews->list->pdata[i];

    json_builder_begin_object (b);
    json_add_text (b, "device", preview->device ? preview->device->id : "original");
    json_add_text (b, "path", preview->is_silent ? NULL : preview->path);
    json_add_number (b, "gain", preview->gain_db);
    json_builder_end_object (b);
  }
  json_builder_end_array (b);
}

static char *
json_report (const Input *input, const Analysis *a, const Previews *previews, int code)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();

  json_builder_begin_object (b);
  json_add_file (b, "input", input->name, a);
  json_add_number (b, "loudness", a->meter.loudness);
  translation_report_json (b, "translation", a->translation);
  if (previews)
    add_previews (b, previews);
  json_builder_set_member_name (b, "exit");
  json_builder_add_int_value (b, code);
  json_builder_end_object (b);
  return json_to_text (json_builder_get_root (b));
}

static gboolean
check_channels (const Analysis *a, GError **error)
{
  if (GST_AUDIO_INFO_CHANNELS (&a->info) <= 2)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
               "it has %d channels, and these devices play mono or stereo; fold it down to stereo "
               "first.",
               GST_AUDIO_INFO_CHANNELS (&a->info));
  return FALSE;
}

static gboolean
check_loudness (const Analysis *a, GError **error)
{
  if (translation_is_measured (a->translation))
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
               "it has no loudness that could be compared (it is silent, quieter than -70 LUFS, or "
               "shorter than 0.4 seconds). Was the right file exported?");
  return FALSE;
}

static int
translate (const TranslateCli *cli, const char *path, Input **input, GError **error)
{
  AnalysisOptions analysis_options = { .stream = cli->stream - 1,
                                       .label = "Listening",
                                       .stereo = TRUE,
                                       .translate = TRUE,
                                       .devices = cli->devices,
                                       .accept_damaged = cli->accept_damaged };
  PreviewOptions options = preview_options (cli);
  g_autoptr (GPtrArray) devices = device_list (cli->devices, error);
  g_autoptr (Previews) previews = NULL;
  g_autoptr (Analysis) analysis = NULL;
  g_autofree char *warning = NULL, *text = NULL;
  int code;

  if (!devices)
    return TOOL_EXIT_BAD;
  if (cli->folder) {
    previews = previews_new (path, devices, &options);
    if (!previews_check (previews, &options, error))
      return TOOL_EXIT_BAD;
  }
  *input = input_open (path, cli->accept_damaged, &warning, error);
  analysis = *input ? analysis_run (*input, &analysis_options, error) : NULL;
  if (!analysis || !check_channels (analysis, error) || !check_loudness (analysis, error) ||
      (previews && !previews_render (previews, *input, analysis, &options, error)))
    return TOOL_EXIT_BAD;
  if (warning)
    g_printerr ("gst-master-1.0: %s: warning: %s.\n", path, warning);
  code = translation_n_failed (analysis->translation) ? TOOL_EXIT_CONSTRAINED : TOOL_EXIT_OK;
  text = cli->json ? json_report (*input, analysis, previews, code)
                   : text_report (*input, analysis, previews);
  if (cli->json)
    fputs (text, stdout);
  else if (!cli->quiet)
    wrap_print (text, stdout);
  return code;
}

static int
translate_one (const char *path, gpointer user_data)
{
  const TranslateCli *cli = user_data;
  g_autoptr (GError) error = NULL;
  Input *input = NULL;
  int code;

  tool_start_gstreamer ();
  code = translate (cli, path, &input, &error);
  if (error)
    tool_print_error (strcmp (path, "-") ? path : "standard input", error);
  input_free (input);
  return code;
}

/* a/mix.wav and b/mix.wav cannot both become out/mix.phone.flac. */
static gboolean
check_distinct (const TranslateCli *cli, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; cli->folder && cli->inputs[i]; i++)
    if (!g_hash_table_add (seen, names_in_folder (cli->inputs[i], cli->folder, "", &cli->format))) {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                   "%s: two files would have the same name; render them into different folders.",
                   cli->inputs[i]);
      return FALSE;
    }
  return TRUE;
}

/* A device that does not exist is found before anything is read. */
static gboolean
prepare (TranslateCli *cli, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) devices = NULL;

  if (!translate_options_parse (cli, argc, argv, error) || !check_distinct (cli, error))
    return FALSE;
  devices = device_list (cli->devices, error);
  if (devices && devices->len == 0)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "no playback profiles were found; set GST_MASTERING_PROFILE_PATH to their folder, "
                 "or run it inside meson devenv -C BUILDDIR when it is not installed.");
  return devices && devices->len > 0;
}

int
cmd_translate (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  TranslateCli cli;
  int code = TOOL_EXIT_BAD;

  if (!prepare (&cli, argc, argv, &error)) {
    tool_print_error (NULL, error);
  } else {
    gboolean several = cli.inputs[1] != NULL;

    if (!cli.quiet && !several)
      progress_enable ();
    code = several ? jobs_run (cli.inputs, cli.jobs, cli.json, translate_one, &cli)
                   : translate_one (cli.inputs[0], &cli);
  }
  translate_options_clear (&cli);
  return code;
}

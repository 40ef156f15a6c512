/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "translate_options.h"

#include "error.h"

#include <string.h>

static gboolean
check_inputs (const TranslateCli *cli, GError **error)
{
  if (!cli->inputs)
    return tool_usage_error (error, "name a file to listen to: gst-master-1.0 translate song.wav");
  for (gsize i = 0; cli->inputs[i]; i++)
    if (!*cli->inputs[i])
      return tool_usage_error (
          error, "the name of a file is empty; name a file, or - for standard input.");
  return TRUE;
}

static gboolean
check_folder (const TranslateCli *cli, GError **error)
{
  Format of_name;

  if (!cli->folder)
    return !cli->format_name || tool_usage_error (error, "--format is for files: add -o FOLDER/.");
  if (!*cli->folder)
    return tool_usage_error (error, "--output is empty; name a folder, for example -o previews/.");
  if (!strcmp (cli->folder, "-"))
    return tool_usage_error (error,
                             "there is one file per device: they need a folder, for example -o "
                             "previews/.");
  if (!g_str_has_suffix (cli->folder, "/") && format_from_path (cli->folder, &of_name) &&
      !g_file_test (cli->folder, G_FILE_TEST_EXISTS)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "%s is the name of a file; there is one file per device, and they need a folder: "
                 "-o previews/.",
                 cli->folder);
    return FALSE;
  }
  if (g_file_test (cli->folder, G_FILE_TEST_EXISTS) &&
      !g_file_test (cli->folder, G_FILE_TEST_IS_DIR)) {
    g_set_error (
        error, TOOL_ERROR, TOOL_ERROR_USAGE,
        "%s is a file; there is one file per device, and they need a folder: -o previews/.",
        cli->folder);
    return FALSE;
  }
  return TRUE;
}

/* A lossy encoder would add changes of its own. */
static gboolean
check_format (TranslateCli *cli, GError **error)
{
  if (cli->format_name && !*cli->format_name)
    return tool_usage_error (error, "--format is empty; name one, for example --format wav.");
  if (!format_parse (cli->format_name ? cli->format_name : "flac", &cli->format, error))
    return FALSE;
  return format_is_lossless (&cli->format) ||
         tool_usage_error (error,
                           "what a device does is to be heard, not what a codec does: --format is "
                           "flac, flac16, wav, wav16 or wav32f.");
}

static gboolean
check (TranslateCli *cli, GError **error)
{
  if (cli->stream < 1 || cli->jobs < 1)
    return tool_usage_error (error, "--stream and --jobs count from 1.");
  if (cli->devices && !*cli->devices)
    return tool_usage_error (error, "--for is empty; name a device, for example --for phone.");
  return check_inputs (cli, error) && check_folder (cli, error) && check_format (cli, error);
}

gboolean
translate_options_parse (TranslateCli *cli, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &cli->folder,
      "Render what each device would sound like into this folder", "FOLDER" },
    { "for", 0, 0, G_OPTION_ARG_STRING, &cli->devices,
      "Devices: phone,car,... (all that profiles lists)", "NAMES" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &cli->format_name, "flac flac16 wav wav16 wav32f (flac)",
      "FORMAT" },
    { "force", 'f', 0, G_OPTION_ARG_NONE, &cli->force, "Replace files that exist", NULL },
    { "stream", 0, 0, G_OPTION_ARG_INT, &cli->stream, "Audio stream of a file with several (1)",
      "N" },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &cli->jobs, "Files at once (1)", "N" },
    { "accept-damaged", 0, 0, G_OPTION_ARG_NONE, &cli->accept_damaged,
      "Take what is there of a file that is cut short", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, "Print JSON", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &cli->quiet, "Print only what went wrong", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &cli->inputs, NULL, NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("FILE... - how files sound on a phone, in a car, ...");

  memset (cli, 0, sizeof *cli);
  cli->stream = cli->jobs = 1;
  g_set_prgname ("gst-master-1.0 translate");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, &argc, &argv, error) && check (cli, error);
}

void
translate_options_clear (TranslateCli *cli)
{
  g_free (cli->folder);
  g_free (cli->devices);
  g_free (cli->format_name);
  g_strfreev (cli->inputs);
}

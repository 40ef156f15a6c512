/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "master_options.h"

#include "error.h"
#include "names.h"

#include <math.h>
#include <string.h>

static gboolean
usage (GError **error, const char *text)
{
  g_set_error_literal (error, TOOL_ERROR, TOOL_ERROR_USAGE, text);
  return FALSE;
}

static gboolean
parse_dither (MasterCli *cli, GError **error)
{
  static const struct {
    const char *name;
    Dither value;
  } map[] = { { "tpdf", DITHER_TPDF }, { "none", DITHER_NONE }, { "shaped", DITHER_SHAPED } };

  for (gsize i = 0; i < G_N_ELEMENTS (map); i++)
    if (!cli->dither_name || !strcmp (cli->dither_name, map[i].name)) {
      cli->dither = map[i].value;
      return TRUE;
    }
  return usage (error, "--dither is none, tpdf or shaped.");
}

static gboolean
check (MasterCli *cli, GError **error)
{
  gboolean several = cli->inputs && cli->inputs[0] && cli->inputs[1];

  if (!cli->inputs)
    return usage (error, "name a mix to master: gst-master-1.0 master mix.wav");
  if (cli->stream < 1 || cli->jobs < 1)
    return usage (error, "--stream and --jobs count from 1.");
  if (cli->wish.rate != 0 && (cli->wish.rate < 8000 || cli->wish.rate > 384000))
    return usage (error, "--rate is from 8000 to 384000 Hz; 44100, 48000 and 96000 are usual.");
  if (several && cli->output && !names_is_folder (cli->output))
    return usage (error, "several mixes need a folder for their masters: -o FOLDER/.");
  if (several && (cli->settings || cli->save_settings))
    return usage (error, "--settings and --save-settings are for one mix at a time.");
  if (cli->dry_run && cli->save_settings && cli->settings)
    return usage (error, "nothing would be decided: --settings and --save-settings together.");
  if (cli->output && !strcmp (cli->output, "-") && !cli->format)
    return usage (error, "for standard output say which format, for example --format wav.");
  for (gsize i = 0; cli->inputs[i]; i++)
    if (!strcmp (cli->inputs[i], "-") && !cli->output)
      return usage (error, "a mix from standard input needs a place for its master: -o FILE.");
  return parse_dither (cli, error);
}

static void
start (MasterCli *cli)
{
  memset (cli, 0, sizeof *cli);
  cli->stream = cli->jobs = 1;
  cli->wish.loudness_lufs = cli->wish.ceiling_dbtp = NAN;
  cli->wish.psr_floor_db = cli->wish.reduction_budget_db = NAN;
}

gboolean
master_options_parse (MasterCli *cli, int argc, char **argv, GError **error)
{
  Wish *w = &cli->wish;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &cli->output,
      "Where the master goes: a file, FOLDER/, or - (MIX.master.flac beside the mix)", "OUT" },
    { "for", 0, 0, G_OPTION_ARG_STRING, &cli->platforms, "Platforms: spotify,apple,... (streaming)",
      "NAMES" },
    { "genre", 0, 0, G_OPTION_ARG_STRING, &cli->genre, "Aim at the loudness of a genre", "NAME" },
    { "target", 0, 0, G_OPTION_ARG_DOUBLE, &w->loudness_lufs, "Loudness to land on", "LUFS" },
    { "ceiling", 0, 0, G_OPTION_ARG_DOUBLE, &w->ceiling_dbtp, "Highest true peak", "DBTP" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &cli->format,
      "wav wav16 wav32f flac flac16 mp3:RATE aac:RATE opus:RATE vorbis:RATE", "FORMAT" },
    { "rate", 0, 0, G_OPTION_ARG_INT, &w->rate, "Sample rate of the master (that of the mix)",
      "HZ" },
    { "dither", 0, 0, G_OPTION_ARG_STRING, &cli->dither_name, "none, tpdf or shaped (tpdf)",
      "KIND" },
    { "limiter-budget", 0, 0, G_OPTION_ARG_DOUBLE, &w->reduction_budget_db,
      "Most the limiter may take off, for 95 % of the time (4)", "DB" },
    { "psr-floor", 0, 0, G_OPTION_ARG_DOUBLE, &w->psr_floor_db,
      "Least distance of peaks over loudness in the loudest part (8)", "DB" },
    { "settings", 0, 0, G_OPTION_ARG_FILENAME, &cli->settings, "Render with saved settings",
      "FILE" },
    { "save-settings", 0, 0, G_OPTION_ARG_FILENAME, &cli->save_settings,
      "Save what was decided, to replay it", "FILE" },
    { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &cli->dry_run, "Decide and tell, write no master",
      NULL },
    { "force", 'f', 0, G_OPTION_ARG_NONE, &cli->force, "Replace files that exist", NULL },
    { "stream", 0, 0, G_OPTION_ARG_INT, &cli->stream, "Audio stream of a file with several (1)",
      "N" },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &cli->jobs, "Mixes at once (1)", "N" },
    { "accept-damaged", 0, 0, G_OPTION_ARG_NONE, &cli->accept_damaged,
      "Master what is there of a file that is cut short", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, "Print the report as JSON", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &cli->quiet, "Print only what went wrong", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &cli->inputs, NULL, NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("MIX... - master mixes");

  start (cli);
  g_set_prgname ("gst-master-1.0 master");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  w->platforms = cli->platforms;
  w->genre = cli->genre;
  w->format = cli->format;
  return check (cli, error);
}

void
master_options_clear (MasterCli *cli)
{
  g_free (cli->output);
  g_free (cli->settings);
  g_free (cli->save_settings);
  g_free (cli->platforms);
  g_free (cli->genre);
  g_free (cli->format);
  g_free (cli->dither_name);
  g_strfreev (cli->inputs);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "master_options.h"

#include "error.h"
#include "names.h"
#include "reference.h"

#include <math.h>
#include <string.h>

/* A number as it was typed, so that "not given" and a value that is no number are told apart. */
typedef struct {
  const char *name;
  const char *unit, *usual;
  double min, max; /* legal range */
  gboolean above;  /* min itself is not legal */
  char *text;      /* NULL: not given */
  double *value;
} NumberOption;

static gboolean
parse_number (const NumberOption *o, GError **error)
{
  char *end;
  double value;

  *o->value = NAN;
  if (!o->text)
    return TRUE;
  value = g_ascii_strtod (o->text, &end);
  /* written so that NaN is refused as well */
  if (end != o->text && *end == '\0' && value >= o->min && value <= o->max &&
      !(o->above && value == o->min)) {
    *o->value = value;
    return TRUE;
  }
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               "--%s is a number %s%g to %g %s (%s), not '%s'.", o->name,
               o->above ? "above " : "from ", o->min, o->max, o->unit, o->usual, o->text);
  return FALSE;
}

/* Takes the texts. */
static gboolean
parse_numbers (NumberOption *options, gsize n, GError **error)
{
  gboolean ok = TRUE;

  for (gsize i = 0; i < n; i++) {
    ok = ok && parse_number (&options[i], error);
    g_free (options[i].text);
  }
  return ok;
}

static gboolean
check_rate (MasterCli *cli, double rate_hz, GError **error)
{
  if (!isnan (rate_hz) && rate_hz != floor (rate_hz))
    return tool_usage_error (error,
                             "--rate is a whole number of Hz; 44100, 48000 and 96000 are usual.");
  cli->wish.rate = isnan (rate_hz) ? 0 : (int) rate_hz;
  return TRUE;
}

/* `-o ""` is what a script with an unset variable says: never a default. */
static gboolean
check_not_empty (const MasterCli *cli, GError **error)
{
  const struct {
    const char *value, *sentence;
  } map[] = {
    { cli->output, "--output is empty; say where the master goes, for example -o song.wav." },
    { cli->platforms, "--for is empty; name a platform, for example --for spotify." },
    { cli->genre, "--genre is empty; name one, for example --genre rock." },
    { cli->format, "--format is empty; name one, for example --format wav." },
    { cli->dynamics_name, "--dynamics is empty; it is off, gentle, normal or dense." },
    { cli->codecs,
      "--codec-safe is empty; name codecs, for example --codec-safe aac:256,mp3:128." },
    { cli->stereo_name, "--stereo is empty; it is off, safe or wide." },
    { cli->amount, "--amount is empty; it is a number from 0 to 100, for example --amount 70." },
    { cli->reference_weights,
      "--reference-weights is empty; it is one number per reference: 2,1." },
    { cli->dither_name, "--dither is empty; it is none, tpdf or shaped." },
    { cli->settings, "--settings is empty; name the file to read." },
    { cli->save_settings, "--save-settings is empty; name the file to write." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (map); i++)
    if (map[i].value && !*map[i].value)
      return tool_usage_error (error, map[i].sentence);
  for (gsize i = 0; cli->inputs && cli->inputs[i]; i++)
    if (!*cli->inputs[i])
      return tool_usage_error (error,
                               "the name of a mix is empty; name a file, or - for standard input.");
  return TRUE;
}

/* Settings say what was decided: a wish beside them would not be heard. */
static gboolean
check_replay (const MasterCli *cli, GError **error)
{
  const Wish *w = &cli->wish;
  const struct {
    const char *name;
    gboolean given;
  } map[] = { { "--target", !isnan (w->loudness_lufs) },
              { "--ceiling", !isnan (w->ceiling_dbtp) },
              { "--limiter-budget", !isnan (w->reduction_budget_db) },
              { "--psr-floor", !isnan (w->psr_floor_db) },
              { "--for", cli->platforms != NULL },
              { "--genre", cli->genre != NULL },
              { "--amount", cli->amount != NULL },
              { "--reference", cli->references != NULL },
              { "--max-move", !isnan (cli->max_move_db) },
              { "--no-eq", cli->no_eq },
              { "--dynamics", cli->dynamics_name != NULL },
              { "--codec-safe", cli->codecs != NULL },
              { "--stereo", cli->stereo_name != NULL } };

  for (gsize i = 0; cli->settings && i < G_N_ELEMENTS (map); i++)
    if (map[i].given) {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                   "--settings renders what was decided before and %s asks for a new decision; "
                   "leave one of them out.",
                   map[i].name);
      return FALSE;
    }
  return TRUE;
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
  return tool_usage_error (error, "--dither is none, tpdf or shaped.");
}

static gboolean
check_tone (const MasterCli *cli, GError **error)
{
  g_autofree double *weights = NULL;

  if (cli->no_eq && (cli->references || cli->reference_weights || !isnan (cli->max_move_db)))
    return tool_usage_error (error,
                             "--no-eq leaves the tone alone; --reference, --reference-weights and "
                             "--max-move do not go with it.");
  if (cli->reference_weights && !cli->references)
    return tool_usage_error (error, "--reference-weights needs at least one --reference SONG.");
  for (gsize i = 0; cli->references && cli->references[i]; i++)
    if (!*cli->references[i])
      return tool_usage_error (
          error, "--reference is empty; name a song, for example --reference song.flac.");
  for (gsize i = 0; cli->references && cli->references[i]; i++)
    if (!strcmp (cli->references[i], "-"))
      return tool_usage_error (
          error, "a reference is a file, not standard input; name one: --reference song.flac.");
  if (!cli->references)
    return TRUE;
  weights = reference_weights (cli->reference_weights, g_strv_length (cli->references), error);
  return weights != NULL;
}

static gboolean
check (MasterCli *cli, GError **error)
{
  gboolean several = cli->inputs && cli->inputs[0] && cli->inputs[1];

  if (!check_not_empty (cli, error) || !check_replay (cli, error) || !check_tone (cli, error))
    return FALSE;
  if (!cli->inputs)
    return tool_usage_error (error, "name a mix to master: gst-master-1.0 master mix.wav");
  if (cli->stream < 1 || cli->jobs < 1)
    return tool_usage_error (error, "--stream and --jobs count from 1.");
  if (several && cli->output && !names_is_folder (cli->output))
    return tool_usage_error (error, "several mixes need a folder for their masters: -o FOLDER/.");
  if (several && (cli->settings || cli->save_settings))
    return tool_usage_error (error, "--settings and --save-settings are for one mix at a time.");
  if (cli->dry_run && cli->save_settings && cli->settings)
    return tool_usage_error (error,
                             "nothing would be decided: --settings and --save-settings together.");
  if (cli->output && !strcmp (cli->output, "-") && !cli->format)
    return tool_usage_error (error,
                             "for standard output say which format, for example --format wav.");
  for (gsize i = 0; cli->inputs[i]; i++)
    if (!strcmp (cli->inputs[i], "-") && !cli->output)
      return tool_usage_error (error,
                               "a mix from standard input needs a place for its master: -o FILE.");
  if (cli->dynamics_name && !dynamics_style_parse (cli->dynamics_name, &cli->dynamics))
    return tool_usage_error (error, "--dynamics is off, gentle, normal or dense.");
  if (cli->stereo_name && !stereo_mode_parse (cli->stereo_name, &cli->stereo))
    return tool_usage_error (error, "--stereo is off, safe or wide.");
  return parse_dither (cli, error) &&
         (!cli->amount || amounts_parse (cli->amount, &cli->amounts, error));
}

static void
start (MasterCli *cli)
{
  memset (cli, 0, sizeof *cli);
  cli->stream = cli->jobs = 1;
  cli->amounts = (Amounts) AMOUNTS_DEFAULT;
  cli->dynamics = MDSP_DYNAMICS_NORMAL;
  cli->stereo = STEREO_SAFE;
}

static gboolean
is_codec_list (const char *word)
{
  static const char *const known =
      "^([a-z_]*enc[a-z0-9_]*|faac|aac|mp3|opus|vorbis)(:[^,]*)?(,.*)?$";
  static const char *const plain = "^[a-z0-9_]+(:[0-9]+)?(,[a-z0-9_:]+)*$";

  /* a slip of the pen is one too, which the list's own error names */
  return g_regex_match_simple (known, word, 0, 0) ||
         (g_regex_match_simple (plain, word, 0, 0) && !g_file_test (word, G_FILE_TEST_EXISTS));
}

/* --codec-safe may stand alone, in front of a mix or of a list of codecs: what comes behind tells which.
 * It gets its value into the same word, as GOption takes any next word for it. */
static void
join_codecs (char **argv, GPtrArray *joined)
{
  gboolean options_over = FALSE;

  for (int i = 0; argv[i]; i++) {
    gboolean ours = !options_over && !strcmp (argv[i], "--codec-safe");
    gboolean has_list = ours && argv[i + 1] && is_codec_list (argv[i + 1]);

    options_over = options_over || !strcmp (argv[i], "--");
    g_ptr_array_add (
        joined, !ours ? g_strdup (argv[i])
                      : g_strconcat ("--codec-safe=", has_list ? argv[i + 1] : CODECS_USUAL, NULL));
    i += has_list;
  }
  g_ptr_array_add (joined, NULL);
}

gboolean
master_options_parse (MasterCli *cli, int argc, char **argv, GError **error)
{
  Wish *w = &cli->wish;
  double rate_hz;
  NumberOption numbers[] = {
    { "target", "LUFS", "-14 is usual for streaming", -70.0, 0.0, FALSE, NULL, &w->loudness_lufs },
    { "ceiling", "dBTP", "-1 is usual", -24.0, 0.0, FALSE, NULL, &w->ceiling_dbtp },
    { "rate", "Hz", "44100, 48000 and 96000 are usual", 8000.0, 384000.0, FALSE, NULL, &rate_hz },
    { "limiter-budget", "dB", "4 is usual", 0.0, 60.0, TRUE, NULL, &w->reduction_budget_db },
    { "psr-floor", "dB", "8 is usual", 0.0, 60.0, FALSE, NULL, &w->psr_floor_db },
    { "max-move", "dB", "2 is usual", 0.0, 12.0, FALSE, NULL, &cli->max_move_db },
  };
  g_autoptr (GPtrArray) joined = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) words = NULL;
  gboolean ok;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &cli->output,
      "Where the master goes: a file, FOLDER/, or - (MIX.master.flac beside the mix)", "OUT" },
    { "for", 0, 0, G_OPTION_ARG_STRING, &cli->platforms, "Platforms: spotify,apple,... (streaming)",
      "NAMES" },
    { "genre", 0, 0, G_OPTION_ARG_STRING, &cli->genre, "Aim at loudness and tone of a genre",
      "NAME" },
    { "dynamics", 0, 0, G_OPTION_ARG_STRING, &cli->dynamics_name,
      "Help for the limiter where it would have much to do: off, gentle, normal or dense (normal)",
      "STYLE" },
    { "codec-safe", 0, 0, G_OPTION_ARG_STRING, &cli->codecs,
      "Lower the ceiling until no peak goes over full scale behind these codecs: "
      "aac:256,mp3:128,... "
      "(without a list: what the platforms send)",
      "LIST" },
    { "stereo", 0, 0, G_OPTION_ARG_STRING, &cli->stereo_name,
      "Stereo image: off, safe (what the platform asks for) or wide (safe)", "MODE" },
    { "amount", 0, 0, G_OPTION_ARG_STRING, &cli->amount,
      "How much of what seems right is done, in per cent; or tone=N,dynamics=N,stereo=N "
      "(tone=50,dynamics=100,stereo=100)",
      "N" },
    { "reference", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &cli->references,
      "Move the tone toward that of this song; may be given several times", "SONG" },
    { "reference-weights", 0, 0, G_OPTION_ARG_STRING, &cli->reference_weights,
      "How much each reference counts, in their order: 2,1 (all alike)", "N,N" },
    { "max-move", 0, 0, G_OPTION_ARG_STRING, &numbers[5].text,
      "Most a band of the equaliser may move (2; with --reference 3)", "DB" },
    { "no-eq", 0, 0, G_OPTION_ARG_NONE, &cli->no_eq, "Leave the tone alone", NULL },
    { "target", 0, 0, G_OPTION_ARG_STRING, &numbers[0].text, "Loudness to land on", "LUFS" },
    { "ceiling", 0, 0, G_OPTION_ARG_STRING, &numbers[1].text, "Highest true peak", "DBTP" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &cli->format,
      "wav wav16 wav32f flac flac16 mp3:RATE aac:RATE opus:RATE vorbis:RATE", "FORMAT" },
    { "rate", 0, 0, G_OPTION_ARG_STRING, &numbers[2].text,
      "Sample rate of the master (that of the mix)", "HZ" },
    { "dither", 0, 0, G_OPTION_ARG_STRING, &cli->dither_name, "none, tpdf or shaped (tpdf)",
      "KIND" },
    { "limiter-budget", 0, 0, G_OPTION_ARG_STRING, &numbers[3].text,
      "Most the limiter may take off, for 95 % of the time (4)", "DB" },
    { "psr-floor", 0, 0, G_OPTION_ARG_STRING, &numbers[4].text,
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
  join_codecs (argv, joined);
  words = (char **) g_ptr_array_steal (joined, NULL);
  ok = g_option_context_parse_strv (context, &words, error);
  if (!parse_numbers (numbers, G_N_ELEMENTS (numbers), ok ? error : NULL) || !ok ||
      !check_rate (cli, rate_hz, error))
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
  g_free (cli->codecs);
  g_free (cli->platforms);
  g_free (cli->genre);
  g_free (cli->format);
  g_free (cli->dither_name);
  g_free (cli->amount);
  g_free (cli->reference_weights);
  g_strfreev (cli->references);
  g_free (cli->stereo_name);
  g_free (cli->dynamics_name);
  g_strfreev (cli->inputs);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * master MIX...: analyse, decide, render, verify.
 */
#include "commands.h"

#include "error.h"
#include "jobs.h"
#include "json.h"
#include "master.h"
#include "master_options.h"
#include "names.h"
#include "output_check.h"
#include "progress.h"
#include "report.h"
#include "wrap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  MasterCli cli;
  GPtrArray *targets; /* Target * */
  Settings *replay;
  References *references;
  gboolean in_batch; /* one of several inputs: the brackets of the JSON array are not ours */
} Session;

/* What -o says by its extension, else 24-bit FLAC. */
static gboolean
default_format (const MasterCli *cli, Format *format, GError **error)
{
  Format named;

  format_parse ("flac", format, NULL);
  if (!cli->output || names_is_folder (cli->output) || !strcmp (cli->output, "-"))
    return TRUE;
  if (!format_from_path (cli->output, &named)) {
    if (cli->format)
      return TRUE;
    g_set_error (
        error, TOOL_ERROR, TOOL_ERROR_USAGE,
        "the name %s does not tell a format; end it in .flac, .wav, .mp3, .m4a, .opus or .ogg, or "
        "add --format.",
        cli->output);
    return FALSE;
  }
  *format = named;
  return TRUE;
}

/* "x.wav --format mp3" is a mistake that would be found late. */
static gboolean
check_name (const MasterCli *cli, const GPtrArray *targets, GError **error)
{
  const Target *target = targets->pdata[0];
  Format named;

  if (!cli->output || names_is_folder (cli->output) || !format_from_path (cli->output, &named) ||
      named.kind == target->format.kind)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               "%s is named .%s but the format is %s; change one of them.", cli->output,
               format_extension (&named), format_extension (&target->format));
  return FALSE;
}

/* Settings that are replayed say the format and the target unless the command line does. */
static gboolean
wish_from_settings (Session *s, GError **error)
{
  Wish *w = &s->cli.wish;

  s->replay = settings_load (s->cli.settings, error);
  if (!s->replay)
    return FALSE;
  w->settings = s->cli.settings;
  if (isnan (w->loudness_lufs))
    w->loudness_lufs = settings_get_double (s->replay, SETTINGS_DECISIONS, "loudness-target");
  if (isnan (w->ceiling_dbtp))
    w->ceiling_dbtp = settings_get_double (s->replay, SETTINGS_DECISIONS, "ceiling");
  if (!w->rate)
    w->rate = g_key_file_get_integer (s->replay, SETTINGS_DECISIONS, "rate", NULL);
  if (!s->cli.format && (!s->cli.output || names_is_folder (s->cli.output)))
    w->format = s->cli.format =
        g_key_file_get_string (s->replay, SETTINGS_DECISIONS, "format", NULL);
  return TRUE;
}

/* a/mix.wav and b/mix.wav cannot both become out/mix.master.flac. */
static gboolean
check_distinct (const Session *s, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; s->cli.inputs[i]; i++)
    for (guint t = 0; t < s->targets->len; t++) {
      char *path = names_output (s->cli.inputs[i], s->cli.output, s->targets->pdata[t], s->targets);

      if (!g_hash_table_add (seen, path)) {
        g_set_error (
            error, TOOL_ERROR, TOOL_ERROR_USAGE,
            "%s: two masters would have the same name; master them into different folders.",
            s->cli.inputs[i]);
        return FALSE;
      }
    }
  return TRUE;
}

static void
print_report (const Session *s, const Master *m)
{
  gboolean to_stderr = s->cli.output && !strcmp (s->cli.output, "-") && !s->cli.dry_run;
  g_autofree char *text = NULL;

  if (s->cli.json)
    text = json_to_text (json_master (m));
  else if (!s->cli.quiet)
    text = report_master (m);
  if (text && s->cli.json)
    fputs (text, to_stderr ? stderr : stdout);
  else if (text)
    wrap_print (text, to_stderr ? stderr : stdout);
  for (guint i = 0; s->cli.quiet && !s->cli.json && i < m->problems->len; i++)
    g_printerr ("gst-master-1.0: %s: %s\n", m->input->name, (char *) m->problems->pdata[i]);
}

static gboolean
save_settings (const Session *s, Master *m, GError **error)
{
  g_autofree char *hash = NULL;

  if (!s->cli.save_settings)
    return TRUE;
  hash = input_hash (m->input, error);
  if (!hash)
    return FALSE;
  g_key_file_set_string (m->settings, SETTINGS_SOURCE, "sha256", hash);
  return settings_save (m->settings, s->cli.save_settings, s->cli.force, error);
}

/* The place was looked at before the work began; when it went bad meanwhile the master is there all the
 * same, and that is no "nothing was written". */
static gboolean
save_beside (const Session *s, Master *m, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (save_settings (s, m, &cause))
    return TRUE;
  if (!m->output) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  g_ptr_array_add (m->problems, g_strdup_printf ("The master is done, but its settings were not "
                                                 "saved: %s",
                                                 cause->message));
  return TRUE;
}

static void
warn_other_source (const Session *s, const Input *input)
{
  g_autofree char *made_for =
      s->replay ? g_key_file_get_string (s->replay, SETTINGS_SOURCE, "sha256", NULL) : NULL;
  g_autofree char *hash = made_for ? input_hash (input, NULL) : NULL;

  if (hash && strcmp (hash, made_for))
    g_printerr ("gst-master-1.0: warning: the settings %s were made for another file than %s.\n",
                s->cli.settings, input->name);
}

/* The codecs were named, not only asked for. */
static gboolean
names_codecs (const Session *s)
{
  return s->cli.codecs && strcmp (s->cli.codecs, CODECS_USUAL);
}

/* Which codecs' peaks must hold; NULL without an error: nobody asks, or nothing lossy is sent. */
static GPtrArray *
codecs_for (const Session *s, const Target *target, GError **error)
{
  if (s->replay || (!s->cli.codecs && !target->codec_safe))
    return NULL;
  if (names_codecs (s))
    return codec_list_parse (s->cli.codecs, FALSE, error);
  return target->codecs ? codec_list_parse (target->codecs, FALSE, error) : NULL;
}

/* Codecs that were named must be there, and those that were asked for known for one target at least;
 * before anything is read. */
static gboolean
check_codecs (const Session *s, GError **error)
{
  gboolean known = !s->cli.codecs || s->replay;

  for (guint t = 0; t < s->targets->len; t++) {
    g_autoptr (GPtrArray) codecs = codecs_for (s, s->targets->pdata[t], error);

    known |= codecs != NULL;
    for (guint i = 0; codecs && names_codecs (s) && i < codecs->len; i++)
      if (!codec_check (codecs->pdata[i], error))
        return FALSE;
  }
  if (!known && !*error)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "as far as is known nothing lossy is sent by %s, so no codec is there to be safe "
                 "from; leave out --codec-safe, or name codecs: --codec-safe aac:256.",
                 ((const Target *) s->targets->pdata[0])->label);
  return !*error;
}

/* *last is the master of the target before this one, and becomes this one. */
static int
master_target (Session *s, const Input *input, const Analysis *before, const Target *target,
               Master **last, GError **error)
{
  g_autofree char *path = names_output (input->name, s->cli.output, target, s->targets);
  g_autoptr (GPtrArray) codecs = codecs_for (s, target, error);
  MasterOptions options = { .dither = s->cli.dither,
                            .force = s->cli.force,
                            .dry_run = s->cli.dry_run,
                            .stream = s->cli.stream - 1,
                            .final_path = path,
                            .replay = s->replay,
                            .amounts = s->cli.amounts,
                            .max_move_db = s->cli.max_move_db,
                            .no_eq = s->cli.no_eq,
                            .references = s->references,
                            .stereo = s->cli.stereo,
                            .codecs = codecs,
                            .earlier = *last,
                            .dynamics = s->cli.dynamics };
  g_autoptr (Master) m = master_run (input, before, target, &options, error);

  if (!m || !save_beside (s, m, error))
    return TOOL_EXIT_BAD;
  print_report (s, m);
  master_free (*last);
  *last = g_steal_pointer (&m);
  return (*last)->problems->len ? TOOL_EXIT_CONSTRAINED : TOOL_EXIT_OK;
}

/* Several reports: a blank line between them, or the commas of a JSON array. */
static void
print_between (const Session *s, guint i)
{
  if (s->targets->len < 2 || (s->cli.quiet && !s->cli.json))
    return;
  if (!s->cli.json)
    fputs (i > 0 ? "\n" : "", stdout);
  else if (i > 0)
    fputs (",\n", stdout);
  else if (!s->in_batch)
    fputs ("[\n", stdout);
}

static int
master_all (Session *s, const char *path, Input **input, GError **error)
{
  AnalysisOptions options = { .stream = s->cli.stream - 1,
                              .label = "Listening",
                              .spectrum = TRUE,
                              .stereo = TRUE,
                              .levels = s->cli.dynamics != MDSP_DYNAMICS_OFF && !s->replay,
                              .keep_sound = (guint) s->cli.jobs,
                              .translate = TRUE,
                              .accept_damaged = s->cli.accept_damaged };
  g_autoptr (Analysis) before = NULL;
  g_autoptr (Master) last = NULL;
  g_autofree char *warning = NULL;
  int worst = TOOL_EXIT_OK;

  if (!output_check (&s->cli, path, s->targets, error) || !check_codecs (s, error))
    return TOOL_EXIT_BAD;
  *input = input_open (path, s->cli.accept_damaged, &warning, error);
  before = *input ? analysis_run (*input, &options, error) : NULL;
  if (!before)
    return TOOL_EXIT_BAD;
  if (warning)
    g_printerr ("gst-master-1.0: %s: warning: %s.\n", path, warning);
  warn_other_source (s, *input);
  if (s->cli.references && !s->references)
    s->references = references_measure (s->cli.references, s->cli.reference_weights, error);
  if (*error)
    return TOOL_EXIT_BAD;
  for (guint i = 0; i < s->targets->len && !*error; i++) {
    int code;

    print_between (s, i);
    code = master_target (s, *input, before, s->targets->pdata[i], &last, error);
    worst = MAX (worst, code);
  }
  if (s->cli.json && s->targets->len > 1 && !s->in_batch)
    fputs ("]\n", stdout);
  return worst;
}

static int
master_one (const char *path, gpointer user_data)
{
  Session *s = user_data;
  g_autoptr (GError) error = NULL;
  Input *input = NULL;
  int code;

  tool_start_gstreamer ();
  code = master_all (s, path, &input, &error);
  if (error)
    tool_print_error (strcmp (path, "-") ? path : "standard input", error);
  input_free (input);
  return code;
}

static gboolean
prepare (Session *s, GError **error)
{
  Format format;

  if (s->cli.settings) {
    tool_start_gstreamer (); /* their keys are checked on the elements */
    if (!wish_from_settings (s, error))
      return FALSE;
  }
  if (!default_format (&s->cli, &format, error))
    return FALSE;
  s->targets = plan_targets (&s->cli.wish, names_is_folder (s->cli.output), &format, error);
  return s->targets && check_name (&s->cli, s->targets, error) && check_distinct (s, error);
}

int
cmd_master (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Session s = { 0 };
  int code = TOOL_EXIT_BAD;

  if (!master_options_parse (&s.cli, argc, argv, &error) || !prepare (&s, &error)) {
    tool_print_error (NULL, error);
  } else {
    gboolean several = s.in_batch = s.cli.inputs[1] != NULL;

    if (!s.cli.quiet && !several)
      progress_enable ();
    code = several ? jobs_run (s.cli.inputs, s.cli.jobs, s.cli.json, master_one, &s)
                   : master_one (s.cli.inputs[0], &s);
  }
  g_clear_pointer (&s.targets, g_ptr_array_unref);
  g_clear_pointer (&s.replay, g_key_file_unref);
  g_clear_pointer (&s.references, references_free);
  master_options_clear (&s.cli);
  return code;
}

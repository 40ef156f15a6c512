/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 *
 * check FILE... --for PLATFORM: does a finished file meet the profile? Exit 1 when a rule fails.
 */
#include "commands.h"

#include "check_codecs.h"
#include "error.h"
#include "jobs.h"
#include "json.h"
#include "progress.h"
#include "wrap.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  gboolean json, quiet, strict, codecs;
  char *platforms;
  int jobs;
  char **inputs;
} CheckOptions;

static gboolean
parse (CheckOptions *o, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "for", 0, 0, G_OPTION_ARG_STRING, &o->platforms,
      "Platforms whose rules the file must meet: spotify,cd,...", "NAMES" },
    { "strict", 0, 0, G_OPTION_ARG_NONE, &o->strict, "What is only noted fails as well", NULL },
    { "codecs", 0, 0, G_OPTION_ARG_NONE, &o->codecs,
      "Encode and decode as the platform's service does, and hold the decoded peaks as well",
      NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &o->json, "Print JSON", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &o->quiet, "Print only what failed", NULL },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &o->jobs, "Files at once (1)", "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->inputs, NULL, NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("FILE... --for PLATFORM - does a finished file meet the rules?");

  g_set_prgname ("gst-master-1.0 check");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (!o->inputs)
    return tool_usage_error (error,
                             "name a file to check: gst-master-1.0 check song.wav --for spotify");
  if (!o->platforms || !*o->platforms)
    return tool_usage_error (error,
                             "say which rules: --for spotify; gst-master-1.0 profiles lists them.");
  if (o->jobs < 1)
    return tool_usage_error (error, "--jobs counts from 1.");
  for (gsize i = 0; o->inputs[i]; i++)
    if (!*o->inputs[i])
      return tool_usage_error (
          error, "the name of a file is empty; name a file, or - for standard input.");
  return TRUE;
}

static const char *
outcome_text (CheckOutcome outcome)
{
  static const char *const texts[] = { "pass", "note", "FAIL" };

  return texts[outcome];
}

static gboolean
failed (const CheckOptions *o, const CheckReport *r)
{
  return r->n_failed > 0 || (o->strict && r->n_notes > 0);
}

static void
print_result (GString *out, const CheckOptions *o, const CheckResult *r)
{
  if (o->quiet && r->outcome != CHECK_FAIL && !(o->strict && r->outcome == CHECK_NOTE))
    return;
  g_string_append_printf (out, "  %-4s %-12s %s (asked: %s)\n", outcome_text (r->outcome), r->id,
                          r->found, r->asked);
  if (r->what)
    g_string_append_printf (out, "       %-12s %s.\n", "", r->what);
  if (r->outcome != CHECK_PASS)
    g_string_append_printf (out, "       %-12s source: %s\n", "", r->source);
}

static void
print_report (const CheckOptions *o, const Input *input, const CheckReport *r)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (o->quiet && !failed (o, r))
    return;
  g_string_append_printf (out, "%s %s for %s", input->name,
                          failed (o, r) ? "is NOT ready" : "is ready", r->name);
  if (r->n_failed + r->n_notes > 0)
    g_string_append_printf (out, ": %u failed, %u to know", r->n_failed, r->n_notes);
  g_string_append (out, ".\n");
  for (guint i = 0; i < r->results->len; i++)
    print_result (out, o, r->results->pdata[i]);
  wrap_print (out->str, stdout);
}

static void
json_result (JsonBuilder *b, const CheckResult *r)
{
  static const char *const names[] = { "pass", "note", "fail" };

  json_builder_begin_object (b);
  json_add_text (b, "rule", r->id);
  json_add_text (b, "outcome", names[r->outcome]);
  json_add_text (b, "found", r->found);
  json_add_text (b, "asked", r->asked);
  json_add_text (b, "what", r->what);
  json_add_text (b, "source", r->source);
  json_builder_end_object (b);
}

static void
json_report (JsonBuilder *b, const CheckOptions *o, const CheckReport *r)
{
  json_builder_begin_object (b);
  json_add_text (b, "for", r->id);
  json_builder_set_member_name (b, "pass");
  json_builder_add_boolean_value (b, !failed (o, r));
  json_builder_set_member_name (b, "rules");
  json_builder_begin_array (b);
  for (guint i = 0; i < r->results->len; i++)
    json_result (b, r->results->pdata[i]);
  json_builder_end_array (b);
  json_builder_end_object (b);
}

static void
print_json (const CheckOptions *o, const CheckSubject *subject, const GPtrArray *reports)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autofree char *text = NULL;

  json_builder_begin_object (b);
  json_add_text (b, "path", subject->input->name);
  json_add_number (b, "loudness", subject->measured.analysis->meter.loudness);
  json_add_number (b, "loudness-libebur128", subject->measured.analysis->second_opinion);
  json_add_number (b, "true-peak-16x", subject->measured.true_peak_dbtp);
  json_builder_set_member_name (b, "checks");
  json_builder_begin_array (b);
  for (guint i = 0; i < reports->len; i++)
    json_report (b, o, reports->pdata[i]);
  json_builder_end_array (b);
  json_builder_end_object (b);
  text = json_to_text (json_builder_get_root (b));
  fputs (text, stdout);
}

/* Every platform of the list; NULL with an error for one that is not known. */
static GPtrArray *
check_all (const CheckOptions *o, const CheckSubject *subject, GError **error)
{
  g_auto (GStrv) ids = g_strsplit (o->platforms, ",", -1);
  g_autoptr (GPtrArray) reports =
      g_ptr_array_new_with_free_func ((GDestroyNotify) check_report_free);

  for (gsize i = 0; ids[i]; i++) {
    CheckReport *report = check_run (subject, g_strstrip (ids[i]), error);

    if (!report)
      return NULL;
    g_ptr_array_add (reports, report);
  }
  return g_steal_pointer (&reports);
}

/* Encoding takes its time: when it is asked for, or where a platform asks for it. */
static gboolean
tries_codecs (const CheckOptions *o)
{
  g_auto (GStrv) ids = g_strsplit (o->platforms, ",", -1);
  gboolean tries = o->codecs;

  for (gsize i = 0; ids[i] && !tries; i++)
    tries = check_codecs_asked (g_strstrip (ids[i]));
  return tries;
}

static int
check_one (const char *path, gpointer user_data)
{
  const CheckOptions *o = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Input) input = NULL;
  g_autoptr (GPtrArray) reports = NULL;
  CheckSubject subject = { .wants_codecs = o->codecs };
  int code = TOOL_EXIT_OK;

  tool_start_gstreamer ();
  input = input_open (path, FALSE, NULL, &error);
  if (input && check_measure (&subject, input, tries_codecs (o), &error))
    reports = check_all (o, &subject, &error);
  if (!reports)
    tool_print_error (input ? input->name : path, error);
  else if (o->json)
    print_json (o, &subject, reports);
  for (guint i = 0; reports && i < reports->len; i++) {
    if (!o->json)
      print_report (o, input, reports->pdata[i]);
    if (failed (o, reports->pdata[i]))
      code = TOOL_EXIT_CONSTRAINED;
  }
  check_subject_clear (&subject);
  return reports ? code : TOOL_EXIT_BAD;
}

/* A wrong name is told before anything is decoded. */
static gboolean
check_platforms (const CheckOptions *o, GError **error)
{
  g_auto (GStrv) ids = g_strsplit (o->platforms, ",", -1);

  for (gsize i = 0; ids[i]; i++) {
    g_autoptr (Profile) profile = profile_load (g_strstrip (ids[i]), PROFILE_PLATFORM, error);

    if (!profile)
      return FALSE;
  }
  return TRUE;
}

int
cmd_check (int argc, char **argv)
{
  CheckOptions o = { .jobs = 1 };
  g_autoptr (GError) error = NULL;
  int code = TOOL_EXIT_BAD;

  if (!parse (&o, argc, argv, &error) || !check_platforms (&o, &error)) {
    tool_print_error (NULL, error);
  } else {
    if (!o.quiet && !o.inputs[1])
      progress_enable ();
    code = o.inputs[1] ? jobs_run (o.inputs, o.jobs, o.json, check_one, &o)
                       : check_one (o.inputs[0], &o);
  }
  g_free (o.platforms);
  g_strfreev (o.inputs);
  return code;
}

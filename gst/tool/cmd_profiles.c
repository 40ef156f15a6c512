/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 *
 * profiles [ID...]: what the tool knows about platforms, genres, playback devices and tonal targets,
 * and from where.
 */
#include "commands.h"

#include "error.h"
#include "json.h"
#include "profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CURVE_MAX 64

typedef struct {
  gboolean json;
  char **ids;
} ProfilesOptions;

static const char *
number_text (char *buffer, gsize size, double value)
{
  buffer[0] = 0;
  if (!isnan (value))
    g_snprintf (buffer, size, "%.1f", value);
  return buffer;
}

static void
print_line (const Profile *p)
{
  g_autofree char *summary = profile_string (p, "profile", "summary");
  char loudness[16], peak[16];

  printf ("  %-15s %7s %8s   %s\n", p->id,
          number_text (loudness, sizeof loudness, profile_number (p, "loudness-target")),
          number_text (peak, sizeof peak, profile_number (p, "ceiling")), summary ? summary : "");
}

static void
print_list (const char *title, const GPtrArray *profiles)
{
  printf ("%-17s %7s %8s\n", title, "LUFS", "dBTP");
  for (guint i = 0; i < profiles->len; i++)
    print_line (profiles->pdata[i]);
}

static void
print_devices (const char *title, const GPtrArray *profiles)
{
  printf ("%-17s %7s\n", title, "LU");
  for (guint i = 0; i < profiles->len; i++) {
    const Profile *p = profiles->pdata[i];
    g_autofree char *summary = profile_string (p, "profile", "summary");

    printf ("  %-15s %+7.1f %8s   %s\n", p->id, profile_number (p, "expected-change"), "",
            summary ? summary : "");
  }
}

static void
print_targets (const char *title, const GPtrArray *profiles)
{
  printf ("%s\n", title);
  for (guint i = 0; i < profiles->len; i++) {
    g_autofree char *summary = profile_string (profiles->pdata[i], "profile", "summary");

    printf ("  %-15s %16s   %s\n", ((Profile *) profiles->pdata[i])->id, "",
            summary ? summary : "");
  }
}

/* A curve: one line per frequency. */
static void
print_curve (const Profile *p, const char *group)
{
  double hz[CURVE_MAX], level[CURVE_MAX], tolerance[CURVE_MAX];
  guint n = profile_numbers (p, group, "frequency", hz, CURVE_MAX);
  guint n_tolerances = profile_numbers (p, group, "tolerance", tolerance, CURVE_MAX);

  if (profile_numbers (p, group, "level", level, CURVE_MAX) != n)
    return;
  for (guint i = 0; i < n; i++) {
    printf ("    %7g Hz %+7.1f dB", hz[i], level[i]);
    if (n_tolerances == n)
      printf (" +- %.1f", tolerance[i]);
    putchar ('\n');
  }
}

static void
print_profile (const Profile *p)
{
  g_auto (GStrv) groups = g_key_file_get_groups (p->file, NULL);
  g_autofree char *summary = profile_string (p, "profile", "summary");

  printf ("%s: %s\n", p->id, summary ? summary : "");
  for (gsize i = 0; groups[i]; i++) {
    g_autofree char *value = profile_string (p, groups[i], "value");
    g_autofree char *unit = profile_string (p, groups[i], "unit");
    g_autofree char *source = profile_string (p, groups[i], "source");
    g_autofree char *date = profile_string (p, groups[i], "date");
    g_autofree char *confidence = profile_string (p, groups[i], "confidence");
    g_autofree char *note = profile_string (p, groups[i], "note");

    if (!strcmp (groups[i], "profile"))
      continue;
    printf ("  %-20s %8s %-4s  %s, %s: %s%s%s\n", groups[i], value ? value : "", unit ? unit : "",
            confidence ? confidence : "?", date ? date : "?", source ? source : "?",
            note ? "; " : "", note ? note : "");
    print_curve (p, groups[i]);
  }
}

/* A list of numbers; FALSE when it is none. */
static gboolean
json_curve (JsonBuilder *b, const Profile *p, const char *group, const char *key)
{
  double values[CURVE_MAX];
  guint n = profile_numbers (p, group, key, values, CURVE_MAX);

  if (n == 0)
    return FALSE;
  json_builder_set_member_name (b, key);
  json_builder_begin_array (b);
  for (guint i = 0; i < n; i++)
    json_builder_add_double_value (b, values[i]);
  json_builder_end_array (b);
  return TRUE;
}

static void
json_group (JsonBuilder *b, const Profile *p, const char *group)
{
  g_auto (GStrv) keys = g_key_file_get_keys (p->file, group, NULL, NULL);

  json_builder_set_member_name (b, group);
  json_builder_begin_object (b);
  for (gsize i = 0; keys && keys[i]; i++) {
    g_autofree char *text = profile_string (p, group, keys[i]);

    if (!strcmp (keys[i], "value") && !isnan (profile_number (p, group)))
      json_add_number (b, keys[i], profile_number (p, group));
    else if (text && strchr (text, ';') && json_curve (b, p, group, keys[i]))
      continue;
    else
      json_add_text (b, keys[i], text);
  }
  json_builder_end_object (b);
}

static void
json_profile (JsonBuilder *b, const Profile *p)
{
  g_auto (GStrv) groups = g_key_file_get_groups (p->file, NULL);

  json_builder_begin_object (b);
  for (gsize i = 0; groups[i]; i++)
    json_group (b, p, groups[i]);
  json_builder_end_object (b);
}

static const ProfileKind all_kinds[] = { PROFILE_PLATFORM, PROFILE_GENRE, PROFILE_PLAYBACK,
                                         PROFILE_TONE };

static GPtrArray *
everything (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) profile_free);

  for (gsize i = 0; i < G_N_ELEMENTS (all_kinds); i++) {
    g_autoptr (GPtrArray) kind = profile_list (all_kinds[i]);

    while (kind->len > 0)
      g_ptr_array_add (list, g_ptr_array_steal_index (kind, 0));
  }
  return list;
}

static Profile *
load_of_any_kind (const char *id)
{
  Profile *p = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (all_kinds) && !p; i++)
    p = profile_load (id, all_kinds[i], NULL);
  return p;
}

/* The profiles that were asked for, or all. */
static GPtrArray *
chosen (char **ids, GError **error)
{
  g_autoptr (GPtrArray) some = g_ptr_array_new_with_free_func ((GDestroyNotify) profile_free);

  if (!ids)
    return everything ();
  for (gsize i = 0; ids[i]; i++) {
    Profile *p = load_of_any_kind (ids[i]);

    if (!p) {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                   "there is no profile '%s'; gst-master-1.0 profiles lists them.", ids[i]);
      return NULL;
    }
    g_ptr_array_add (some, p);
  }
  return g_steal_pointer (&some);
}

static void
print_json (const GPtrArray *profiles)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autofree char *text = NULL;

  json_builder_begin_array (b);
  for (guint i = 0; i < profiles->len; i++)
    json_profile (b, profiles->pdata[i]);
  json_builder_end_array (b);
  text = json_to_text (json_builder_get_root (b));
  fputs (text, stdout);
}

static void
print_text (const ProfilesOptions *o, const GPtrArray *profiles)
{
  g_autoptr (GPtrArray) platforms = NULL, genres = NULL, devices = NULL, targets = NULL;

  if (o->ids) {
    for (guint i = 0; i < profiles->len; i++)
      print_profile (profiles->pdata[i]);
    return;
  }
  platforms = profile_list (PROFILE_PLATFORM);
  genres = profile_list (PROFILE_GENRE);
  devices = profile_list (PROFILE_PLAYBACK);
  targets = profile_list (PROFILE_TONE);
  print_list ("Platforms (--for)", platforms);
  putchar ('\n');
  print_list ("Genres (--genre)", genres);
  putchar ('\n');
  print_devices ("Devices (translate)", devices);
  putchar ('\n');
  print_targets ("Tonal targets (master, analyze)", targets);
  printf ("\ngst-master-1.0 profiles NAME tells where each number is from.\n");
}

int
cmd_profiles (int argc, char **argv)
{
  ProfilesOptions o = { FALSE, NULL };
  const GOptionEntry entries[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &o.json, "Print JSON", NULL },
                                   { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.ids,
                                     NULL, NULL },
                                   { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (
      "[NAME...] - list platforms, genres, playback devices and tonal targets");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) profiles = NULL;

  g_set_prgname ("gst-master-1.0 profiles");
  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error))
    profiles = chosen (o.ids, &error);
  if (!profiles) {
    tool_print_error (NULL, error);
    g_strfreev (o.ids);
    return TOOL_EXIT_BAD;
  }
  if (profiles->len == 0)
    g_printerr ("gst-master-1.0: no profiles were found; set GST_MASTERING_PROFILE_PATH to their "
                "folder, or "
                "run it inside meson devenv -C BUILDDIR when it is not installed.\n");
  else if (o.json)
    print_json (profiles);
  else
    print_text (&o, profiles);
  g_strfreev (o.ids);
  return profiles->len ? TOOL_EXIT_OK : TOOL_EXIT_BAD;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "profile.h"

#include "config.h"

#include <gst/gst.h>
#include <math.h>
#include <string.h>

#define SUFFIX ".profile"

G_DEFINE_QUARK (gst - mastering - profile - error, profile_error)

static void
warn_skipped (const char *path, const char *why)
{
  GST_WARNING ("the profile %s was skipped: %s", path, why);
}

static ProfileSkipped on_skipped = warn_skipped;

void
profile_set_skipped (ProfileSkipped callback)
{
  on_skipped = callback;
}

/* As the files and people call them. */
static const struct {
  const char *key, *word;
} kinds[] = { [PROFILE_PLATFORM] = { "platform", "platform" },
              [PROFILE_GENRE] = { "genre", "genre" },
              [PROFILE_PLAYBACK] = { "playback", "playback device" },
              [PROFILE_TONE] = { "tone", "tonal target" } };

void
profile_free (Profile *profile)
{
  if (!profile)
    return;
  g_free (profile->id);
  g_free (profile->path);
  g_key_file_unref (profile->file);
  g_free (profile);
}

/* Folders, the first found wins. */
static GPtrArray *
search_path (void)
{
  GPtrArray *dirs = g_ptr_array_new_with_free_func (g_free);
  const char *env = g_getenv ("GST_MASTERING_PROFILE_PATH");
  g_auto (GStrv) parts = g_strsplit (env ? env : "", G_SEARCHPATH_SEPARATOR_S, -1);

  for (gsize i = 0; parts[i]; i++)
    if (*parts[i])
      g_ptr_array_add (dirs, g_strdup (parts[i]));
  g_ptr_array_add (dirs, g_build_filename (g_get_user_data_dir (), PACKAGE, "profiles", NULL));
  g_ptr_array_add (dirs, g_strdup (PROFILE_DIR));
  return dirs;
}

static Profile *
read_profile (const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *base = g_path_get_basename (path);
  Profile *profile;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error)) {
    on_skipped (path, error->message);
    return NULL;
  }
  profile = g_new0 (Profile, 1);
  base[strlen (base) - strlen (SUFFIX)] = '\0';
  profile->id = g_strdup (base);
  profile->path = g_strdup (path);
  profile->file = g_steal_pointer (&file);
  return profile;
}

static gboolean
is_kind (const Profile *profile, ProfileKind kind)
{
  g_autofree char *text = profile_string (profile, "profile", "kind");

  return !g_strcmp0 (text, kinds[kind].key);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(Profile *const *) a)->id, (*(Profile *const *) b)->id);
}

static void
add_from_dir (GPtrArray *list, const char *path, ProfileKind kind, GHashTable *seen)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *full = g_build_filename (path, name, NULL);
    Profile *profile;

    if (!g_str_has_suffix (name, SUFFIX) || g_hash_table_contains (seen, name))
      continue;
    g_hash_table_add (seen, g_strdup (name));
    profile = read_profile (full);
    if (profile && is_kind (profile, kind))
      g_ptr_array_add (list, profile);
    else
      profile_free (profile);
  }
}

GPtrArray *
profile_list (ProfileKind kind)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) profile_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) dirs = search_path ();

  for (guint i = 0; i < dirs->len; i++)
    add_from_dir (list, dirs->pdata[i], kind, seen);
  g_ptr_array_sort (list, compare_ids);
  return list;
}

static gboolean
matches (const Profile *profile, const char *id)
{
  g_auto (GStrv) aliases =
      g_key_file_get_string_list (profile->file, "profile", "aliases", NULL, NULL);

  if (!g_ascii_strcasecmp (profile->id, id))
    return TRUE;
  for (gsize i = 0; aliases && aliases[i]; i++)
    if (!g_ascii_strcasecmp (aliases[i], id))
      return TRUE;
  return FALSE;
}

static void
set_unknown (GError **error, const char *id, ProfileKind kind, const GPtrArray *list)
{
  const char *what = kinds[kind].word;
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (known, "%s%s", i ? ", " : "", ((Profile *) list->pdata[i])->id);
  if (list->len == 0)
    g_set_error (error, PROFILE_ERROR, PROFILE_ERROR_UNKNOWN,
                 "no %s profiles were found in %s; set GST_MASTERING_PROFILE_PATH to their "
                 "folder, or run it inside meson devenv -C BUILDDIR when it is not installed.",
                 what, PROFILE_DIR);
  else
    g_set_error (error, PROFILE_ERROR, PROFILE_ERROR_UNKNOWN, "there is no %s '%s'; known are %s.",
                 what, id, known->str);
}

Profile *
profile_load (const char *id, ProfileKind kind, GError **error)
{
  g_autoptr (GPtrArray) list = profile_list (kind);

  for (guint i = 0; i < list->len; i++)
    if (matches (list->pdata[i], id))
      return g_ptr_array_steal_index (list, i);
  set_unknown (error, id, kind, list);
  return NULL;
}

static gboolean
read_number (const char *text, double *value)
{
  char *end;

  *value = g_ascii_strtod (text, &end);
  return end != text;
}

double
profile_key_number (const Profile *profile, const char *group, const char *key)
{
  g_autofree char *text = g_key_file_get_string (profile->file, group, key, NULL);
  double value;

  return text && read_number (text, &value) ? value : NAN;
}

double
profile_number (const Profile *profile, const char *group)
{
  return profile_key_number (profile, group, "value");
}

guint
profile_numbers (const Profile *profile, const char *group, const char *key, double *values,
                 guint max)
{
  g_auto (GStrv) texts = g_key_file_get_string_list (profile->file, group, key, NULL, NULL);
  guint n = texts ? g_strv_length (texts) : 0;

  if (n > max)
    return 0;
  for (guint i = 0; i < n; i++)
    if (!read_number (texts[i], &values[i]) || !isfinite (values[i]))
      return 0;
  return n;
}

char *
profile_string (const Profile *profile, const char *group, const char *key)
{
  return g_key_file_get_string (profile->file, group, key, NULL);
}

char *
profile_name (const Profile *profile)
{
  char *name = profile_string (profile, "profile", "name");

  return name ? name : g_strdup (profile->id);
}

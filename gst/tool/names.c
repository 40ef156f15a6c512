/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "names.h"

#include <string.h>
#include <sys/stat.h>

gboolean
names_is_folder (const char *output)
{
  return output &&
         (g_str_has_suffix (output, G_DIR_SEPARATOR_S) || g_file_test (output, G_FILE_TEST_IS_DIR));
}

/* "mix" of "music/mix.wav"; a leading dot starts no extension. */
static char *
stem_of (const char *input)
{
  char *stem = strcmp (input, "-") ? g_path_get_basename (input) : g_strdup ("stdin");
  char *dot = strrchr (stem, '.');

  if (dot && dot != stem)
    *dot = '\0';
  return stem;
}

static gboolean
label_is_enough (const Target *target, const GPtrArray *targets)
{
  guint n = 0;

  for (guint i = 0; i < targets->len; i++) {
    const Target *other = targets->pdata[i];

    n += !strcmp (other->label, target->label) &&
         !strcmp (format_extension (&other->format), format_extension (&target->format));
  }
  return n == 1;
}

char *
names_output (const char *input, const char *output, const Target *target, const GPtrArray *targets)
{
  g_autofree char *stem = stem_of (input);
  g_autofree char *dir = NULL, *name = NULL, *format = NULL;

  if (output && !names_is_folder (output))
    return g_strdup (output);
  format = format_to_string (&target->format);
  g_strdelimit (format, ":", '-');
  if (targets->len > 1 && label_is_enough (target, targets))
    name = g_strdup_printf ("%s.%s.%s", stem, target->label, format_extension (&target->format));
  else if (targets->len > 1)
    name = g_strdup_printf ("%s.%s.%s.%s", stem, target->label, format,
                            format_extension (&target->format));
  else
    name = g_strdup_printf ("%s.master.%s", stem, format_extension (&target->format));
  dir = output ? g_strdup (output) : g_path_get_dirname (input);
  return !strcmp (dir, ".") && !output ? g_strdup (name) : g_build_filename (dir, name, NULL);
}

char *
names_in_folder (const char *input, const char *folder, const char *label, const Format *format)
{
  g_autofree char *stem = stem_of (input);
  g_autofree char *name = g_strdup_printf ("%s.%s.%s", stem, label, format_extension (format));

  return g_build_filename (folder, name, NULL);
}

static gboolean
is_same (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

gboolean
names_same_file (const char *a, const char *b)
{
  struct stat sa, sb;

  g_autofree char *dir_a = g_path_get_dirname (a), *dir_b = g_path_get_dirname (b);
  g_autofree char *base_a = g_path_get_basename (a), *base_b = g_path_get_basename (b);
  gboolean a_exists = stat (a, &sa) == 0, b_exists = stat (b, &sb) == 0;

  if (a_exists || b_exists)
    return a_exists && b_exists && is_same (&sa, &sb);
  if (!strcmp (a, b))
    return TRUE;
  return !strcmp (base_a, base_b) && stat (dir_a, &sa) == 0 && stat (dir_b, &sb) == 0 &&
         is_same (&sa, &sb);
}

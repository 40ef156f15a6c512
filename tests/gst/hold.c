/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "hold.h"

#include <glib/gstdio.h>
#include <string.h>

float *content;
static gchar *folder;

void
hold_setup (void)
{
  content = signal_noise (3, 2 * N, 2, 0.1f);
  folder = g_dir_make_tmp ("loudnorm-XXXXXX", NULL);
}

void
hold_teardown (void)
{
  g_free (content);
  fail_unless_equals_int (g_rmdir (folder), 0); /* fails when something was left in it */
  g_free (folder);
}

Rig *
file_rig (const gchar *more)
{
  gchar *launch =
      g_strdup_printf ("loudnorm mode=file temp-template=%s/spool-XXXXXX %s", folder, more);
  Rig *rig = rig_new (launch, RATE, 2);

  gst_harness_set_live (rig->h, FALSE);
  g_free (launch);
  return rig;
}

guint
open_files (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const gchar *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL) {
    gchar *path = g_build_filename ("/proc/self/fd", name, NULL);
    gchar *target = g_file_read_link (path, NULL);

    n += target != NULL && g_str_has_prefix (target, folder);
    g_free (target);
    g_free (path);
  }
  g_dir_close (dir);
  return n;
}

guint
files_in_folder (void)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n;
}

GstMessage *
first_error (Rig *rig)
{
  rig_collect (rig);
  for (guint i = 0; i < rig->messages->len; i++)
    if (GST_MESSAGE_TYPE (g_ptr_array_index (rig->messages, i)) == GST_MESSAGE_ERROR)
      return g_ptr_array_index (rig->messages, i);
  return NULL;
}

void
assert_error (Rig *rig, GQuark domain, gint code, const gchar *word)
{
  GstMessage *message = first_error (rig);
  GError *error = NULL;

  fail_unless (message != NULL, "no error");
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, domain, code), "%s", error->message);
  fail_unless (strstr (error->message, word) != NULL, "'%s' lacks %s", error->message, word);
  g_error_free (error);
}

guint
progress_of (Rig *rig, GstProgressType type)
{
  guint n = 0;

  rig_collect (rig);
  for (guint i = 0; i < rig->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (rig->messages, i);
    GstProgressType is;

    if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_PROGRESS)
      continue;
    gst_message_parse_progress (message, &is, NULL, NULL);
    n += is == type;
  }
  return n;
}

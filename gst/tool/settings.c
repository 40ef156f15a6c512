/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "settings.h"

#include "error.h"
#include "part_file.h"
#include "pipeline.h"
#include "stages.h"

#include <glib/gstdio.h>

gboolean
settings_add_stage (Settings *settings, const char *group, GError **error)
{
  GstElement *element = pipeline_make (stage_find (group)->factory, NULL, error);

  if (!element)
    return FALSE;
  settings_add_element (settings, group, element);
  gst_object_unref (gst_object_ref_sink (element));
  return TRUE;
}

Settings *
settings_new (GError **error)
{
  g_autoptr (GKeyFile) settings = g_key_file_new ();

  g_key_file_set_integer (settings, SETTINGS_HEAD, "version", SETTINGS_VERSION);
  for (const Stage *stage = stages; stage->group; stage++)
    if (stage->always && !settings_add_stage (settings, stage->group, error))
      return NULL;
  g_key_file_set_string (settings, SETTINGS_NORM, "mode", "linear");
  /* The limiter of the chain comes behind it, with its own settings. */
  g_key_file_set_string (settings, SETTINGS_NORM, "limiter", "false");
  return g_steal_pointer (&settings);
}

gboolean
settings_save (Settings *settings, const char *path, gboolean force, GError **error)
{
  gsize length;
  g_autofree char *text = g_key_file_to_data (settings, &length, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) cause = NULL;
  PartFile *part;

  if (!g_file_test (folder, G_FILE_TEST_EXISTS))
    g_mkdir (folder, 0777); /* as for a master; part_file_new tells when it failed */
  part = part_file_new (path, force, error);

  if (!part)
    return FALSE;
  if (!g_file_set_contents_full (part_file_path (part), text, length, G_FILE_SET_CONTENTS_NONE,
                                 0666, &cause)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT, "cannot write the settings %s: %s", path,
                 cause->message);
    part_file_discard (part);
    return FALSE;
  }
  return part_file_commit (part, error);
}

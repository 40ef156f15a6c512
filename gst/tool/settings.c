/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "settings.h"

#include "error.h"
#include "part_file.h"
#include "pipeline.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define HEAD    "gst-mastering"
#define VERSION 1

/* Of the framework, or of how an application listens: no part of the sound. */
static const char *const not_sound[] = { "name",     "parent", "qos",    "post-messages",
                                         "interval", "bypass", "monitor" };

static const struct {
  const char *group;
  const char *factory;
} children[] = { { SETTINGS_NORM, "loudnorm" }, { SETTINGS_LIMIT, "truepeaklimit" } };

void
settings_set_double (Settings *settings, const char *group, const char *key, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_key_file_set_string (settings, group, key, g_ascii_formatd (text, sizeof text, "%.17g", value));
}

double
settings_get_double (Settings *settings, const char *group, const char *key)
{
  g_autofree char *text = g_key_file_get_string (settings, group, key, NULL);
  char *end;
  double value;

  if (!text)
    return NAN;
  value = g_ascii_strtod (text, &end);
  return end != text ? value : NAN;
}

static gboolean
is_sound (const GParamSpec *pspec)
{
  for (gsize i = 0; i < G_N_ELEMENTS (not_sound); i++)
    if (!strcmp (pspec->name, not_sound[i]))
      return FALSE;
  return (pspec->flags & G_PARAM_READWRITE) == G_PARAM_READWRITE;
}

static void
add_property (Settings *settings, const char *group, GstElement *element, GParamSpec *pspec)
{
  GValue value = G_VALUE_INIT;
  g_autofree char *text = NULL;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (G_OBJECT (element), pspec->name, &value);
  if (G_VALUE_HOLDS_DOUBLE (&value))
    settings_set_double (settings, group, pspec->name, g_value_get_double (&value));
  else if ((text = gst_value_serialize (&value)))
    g_key_file_set_string (settings, group, pspec->name, text);
  g_value_unset (&value);
}

static gboolean
add_defaults (Settings *settings, const char *group, const char *factory, GError **error)
{
  GstElement *element = pipeline_make (factory, NULL, error);
  g_autofree GParamSpec **specs = NULL;
  guint n;

  if (!element)
    return FALSE;
  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);
  for (guint i = 0; i < n; i++)
    if (is_sound (specs[i]))
      add_property (settings, group, element, specs[i]);
  gst_object_unref (gst_object_ref_sink (element));
  return TRUE;
}

Settings *
settings_new (GError **error)
{
  g_autoptr (GKeyFile) settings = g_key_file_new ();

  g_key_file_set_integer (settings, HEAD, "version", VERSION);
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    if (!add_defaults (settings, children[i].group, children[i].factory, error))
      return NULL;
  g_key_file_set_string (settings, SETTINGS_NORM, "mode", "linear");
  /* The limiter of the chain comes behind it, with its own settings. */
  g_key_file_set_string (settings, SETTINGS_NORM, "limiter", "false");
  return g_steal_pointer (&settings);
}

static gboolean
apply_key (Settings *settings, const char *group, const char *key, GstElement *element,
           GError **error)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (element), key);
  g_autofree char *text = g_key_file_get_string (settings, group, key, error);
  GValue value = G_VALUE_INIT;
  gboolean ok;

  if (!text)
    return FALSE;
  if (!pspec || !is_sound (pspec)) {
    g_set_error (
        error, TOOL_ERROR, TOOL_ERROR_USAGE,
        "unknown key '%s' in group [%s] of the settings; see gst-inspect-1.0 %s for its names.",
        key, group, GST_OBJECT_NAME (gst_element_get_factory (element)));
    return FALSE;
  }
  g_value_init (&value, pspec->value_type);
  /* validate () says TRUE when it had to change the value: GObject itself would only warn. */
  ok = gst_value_deserialize (&value, text) && !g_param_value_validate (pspec, &value);
  if (ok)
    g_object_set_property (G_OBJECT (element), key, &value);
  else
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "'%s' is no legal value for '%s' in group [%s] of the settings.", text, key,
                 group);
  g_value_unset (&value);
  return ok;
}

gboolean
settings_apply (Settings *settings, const char *group, GstElement *element, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (settings, group, NULL, NULL);

  for (gsize i = 0; keys && keys[i]; i++)
    if (!apply_key (settings, group, keys[i], element, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_groups (Settings *settings, const char *path, GError **error)
{
  static const char *const known[] = {
    HEAD, SETTINGS_NORM, SETTINGS_LIMIT, SETTINGS_SOURCE, SETTINGS_DECISIONS, NULL
  };
  g_auto (GStrv) groups = g_key_file_get_groups (settings, NULL);

  if (g_key_file_get_integer (settings, HEAD, "version", NULL) != VERSION) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "%s is no settings file of this version (it needs [" HEAD "] version=1).", path);
    return FALSE;
  }
  for (gsize i = 0; groups[i]; i++)
    if (!g_strv_contains (known, groups[i])) {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, "unknown group [%s] in the settings %s.",
                   groups[i], path);
      return FALSE;
    }
  return TRUE;
}

/* On elements of its own, so that a wrong key is found before anything is read or written. */
static gboolean
check_keys (Settings *settings, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++) {
    GstElement *element = pipeline_make (children[i].factory, NULL, error);
    gboolean ok = element && settings_apply (settings, children[i].group, element, error);

    if (element)
      gst_object_unref (gst_object_ref_sink (element));
    if (!ok)
      return FALSE;
  }
  return TRUE;
}

Settings *
settings_load (const char *path, GError **error)
{
  g_autoptr (GKeyFile) settings = g_key_file_new ();
  g_autoptr (GError) cause = NULL;

  if (!g_key_file_load_from_file (settings, path, G_KEY_FILE_KEEP_COMMENTS, &cause)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, "cannot read the settings %s: %s", path,
                 cause->message);
    return NULL;
  }
  if (!check_groups (settings, path, error) || !check_keys (settings, error))
    return NULL;
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

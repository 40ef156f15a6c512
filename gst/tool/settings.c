/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "settings.h"

#include "error.h"
#include "part_file.h"
#include "pipeline.h"
#include "stages.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define HEAD    "gst-mastering"
#define VERSION 1

/* Of the framework, or of how an application listens: no part of the sound. */
static const char *const not_sound[] = { "name",     "parent", "qos",    "post-messages",
                                         "interval", "bypass", "monitor" };

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
add_property (Settings *settings, const char *group, const char *prefix, GObject *object,
              GParamSpec *pspec)
{
  g_autofree char *key = g_strconcat (prefix, pspec->name, NULL);
  GValue value = G_VALUE_INIT;
  g_autofree char *text = NULL;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (object, pspec->name, &value);
  if (G_VALUE_HOLDS_DOUBLE (&value))
    settings_set_double (settings, group, key, g_value_get_double (&value));
  else if ((text = gst_value_serialize (&value)))
    g_key_file_set_string (settings, group, key, text);
  g_value_unset (&value);
}

static void
add_object (Settings *settings, const char *group, const char *prefix, GObject *object)
{
  g_autofree GParamSpec **specs = NULL;
  guint n;

  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);
  for (guint i = 0; i < n; i++)
    if (is_sound (specs[i]))
      add_property (settings, group, prefix, object, specs[i]);
}

/* The element's own properties, then those of its children (the bands of an equalizer). */
gboolean
settings_add_stage (Settings *settings, const char *group, GError **error)
{
  GstElement *element = pipeline_make (stage_find (group)->factory, NULL, error);

  if (!element)
    return FALSE;
  add_object (settings, group, "", G_OBJECT (element));
  if (GST_IS_CHILD_PROXY (element)) {
    GstChildProxy *proxy = GST_CHILD_PROXY (element);

    for (guint i = 0; i < gst_child_proxy_get_children_count (proxy); i++) {
      GObject *child = gst_child_proxy_get_child_by_index (proxy, i);
      g_autofree char *prefix = g_strconcat (GST_OBJECT_NAME (child), "::", NULL);

      add_object (settings, group, prefix, child);
      g_object_unref (child);
    }
  }
  gst_object_unref (gst_object_ref_sink (element));
  return TRUE;
}

gboolean
settings_has_stage (Settings *settings, const char *group)
{
  return g_key_file_has_group (settings, group);
}

Settings *
settings_new (GError **error)
{
  g_autoptr (GKeyFile) settings = g_key_file_new ();

  g_key_file_set_integer (settings, HEAD, "version", VERSION);
  for (const Stage *stage = stages; stage->group; stage++)
    if (stage->always && !settings_add_stage (settings, stage->group, error))
      return NULL;
  g_key_file_set_string (settings, SETTINGS_NORM, "mode", "linear");
  /* The limiter of the chain comes behind it, with its own settings. */
  g_key_file_set_string (settings, SETTINGS_NORM, "limiter", "false");
  return g_steal_pointer (&settings);
}

/* The property that a key names, of the element or of a child of it; the object is a new
 * reference. */
static gboolean
find_property (GstElement *element, const char *key, GObject **object, GParamSpec **pspec)
{
  *pspec = NULL;
  if (GST_IS_CHILD_PROXY (element))
    return gst_child_proxy_lookup (GST_CHILD_PROXY (element), key, object, pspec) &&
           is_sound (*pspec);
  *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (element), key);
  *object = *pspec ? g_object_ref (G_OBJECT (element)) : NULL;
  return *pspec && is_sound (*pspec);
}

static gboolean
apply_key (Settings *settings, const char *group, const char *key, GstElement *element,
           GError **error)
{
  g_autofree char *text = g_key_file_get_string (settings, group, key, error);
  g_autoptr (GObject) object = NULL;
  GParamSpec *pspec;
  GValue value = G_VALUE_INIT;
  gboolean ok;

  if (!text)
    return FALSE;
  if (!find_property (element, key, &object, &pspec)) {
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
    g_object_set_property (object, pspec->name, &value);
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
  static const char *const known[] = { HEAD, SETTINGS_SOURCE, SETTINGS_DECISIONS, NULL };
  g_auto (GStrv) groups = g_key_file_get_groups (settings, NULL);

  if (g_key_file_get_integer (settings, HEAD, "version", NULL) != VERSION) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "%s is no settings file of this version (it needs [" HEAD "] version=1).", path);
    return FALSE;
  }
  for (gsize i = 0; groups[i]; i++)
    if (!g_strv_contains (known, groups[i]) && !stage_find (groups[i])) {
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
  for (const Stage *stage = stages; stage->group; stage++) {
    GstElement *element = pipeline_make (stage->factory, NULL, error);
    gboolean ok = element && settings_apply (settings, stage->group, element, error);

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

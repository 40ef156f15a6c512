/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "settings_file.h"

#include "settings_curve.h"
#include "stages.h"

#include <math.h>
#include <string.h>

G_DEFINE_QUARK (gst - mastering - settings - error, settings_error)

/* Of the framework, or of how an application listens: no part of the sound. */
static const char *const not_sound[] = { "name",     "parent", "qos",     "post-messages",
                                         "interval", "bypass", "monitor", "temp-template" };

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

gboolean
settings_is_sound (const GParamSpec *pspec)
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

/* Calls `each` for the element, then for each of its children (the bands of an equalizer). */
static void
for_each_object (GstElement *element,
                 void (*each) (GObject *object, const char *prefix, gpointer data), gpointer data)
{
  GstChildProxy *proxy;

  each (G_OBJECT (element), "", data);
  if (!GST_IS_CHILD_PROXY (element))
    return;
  proxy = GST_CHILD_PROXY (element);
  for (guint i = 0; i < gst_child_proxy_get_children_count (proxy); i++) {
    GObject *child = gst_child_proxy_get_child_by_index (proxy, i);
    g_autofree char *prefix = g_strconcat (GST_OBJECT_NAME (child), "::", NULL);

    each (child, prefix, data);
    g_object_unref (child);
  }
}

typedef struct {
  Settings *settings;
  const char *group;
} Into;

static void
add_object (GObject *object, const char *prefix, gpointer data)
{
  const Into *into = data;
  g_autofree GParamSpec **specs = NULL;
  guint n;

  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);
  for (guint i = 0; i < n; i++)
    if (settings_is_sound (specs[i]))
      add_property (into->settings, into->group, prefix, object, specs[i]);
}

void
settings_add_element (Settings *settings, const char *group, GstElement *element)
{
  Into into = { settings, group };

  for_each_object (element, add_object, &into);
}

/* The property that a key names, of the element or of a child of it; the object is a new
 * reference. */
static gboolean
find_property (GstElement *element, const char *key, GObject **object, GParamSpec **pspec)
{
  *pspec = NULL;
  if (GST_IS_CHILD_PROXY (element))
    return gst_child_proxy_lookup (GST_CHILD_PROXY (element), key, object, pspec) &&
           settings_is_sound (*pspec);
  *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (element), key);
  *object = *pspec ? g_object_ref (G_OBJECT (element)) : NULL;
  return *pspec && settings_is_sound (*pspec);
}

/* What the same object of an element that was just made has. (A band's frequency is another one in
 * every band, so the default of its property would not do.) */
static void
reset_object (GObject *object, const char *prefix, gpointer data)
{
  g_autofree GParamSpec **specs = NULL;
  guint n;

  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);
  for (guint i = 0; i < n; i++)
    if (settings_is_sound (specs[i])) {
      g_autofree char *key = g_strconcat (prefix, specs[i]->name, NULL);
      g_autoptr (GObject) fresh = NULL;
      GParamSpec *pspec;
      GValue value = G_VALUE_INIT;

      if (!find_property (data, key, &fresh, &pspec))
        continue;
      g_value_init (&value, pspec->value_type);
      g_object_get_property (fresh, pspec->name, &value);
      g_object_set_property (object, pspec->name, &value);
      g_value_unset (&value);
    }
}

void
settings_reset_element (GstElement *element)
{
  GstElement *fresh = gst_element_factory_create (gst_element_get_factory (element), NULL);

  settings_unbind_curves (element);
  for_each_object (element, reset_object, fresh);
  gst_object_unref (gst_object_ref_sink (fresh));
}

gboolean
settings_has_stage (Settings *settings, const char *group)
{
  return g_key_file_has_group (settings, group);
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
        error, SETTINGS_ERROR, SETTINGS_ERROR_KEY,
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
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE,
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
  return !keys || settings_bind_curves (settings, group, element, error);
}

static gboolean
check_groups (Settings *settings, const char *path, GError **error)
{
  static const char *const known[] = { SETTINGS_HEAD, SETTINGS_SOURCE, SETTINGS_DECISIONS,
                                       SETTINGS_CURVES, NULL };
  g_auto (GStrv) groups = g_key_file_get_groups (settings, NULL);

  if (g_key_file_get_integer (settings, SETTINGS_HEAD, "version", NULL) != SETTINGS_VERSION) {
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_READ,
                 "%s is no settings file of this version (it needs [" SETTINGS_HEAD "] version=1).",
                 path);
    return FALSE;
  }
  for (gsize i = 0; groups[i]; i++)
    if (!g_strv_contains (known, groups[i]) && !stage_find (groups[i])) {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_GROUP,
                   "unknown group [%s] in the settings %s.", groups[i], path);
      return FALSE;
    }
  return TRUE;
}

/* Every curve belongs to a stage that is in the settings; whether the stage has such a property is
 * seen when it is bound. */
static gboolean
check_curves (Settings *settings, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (settings, SETTINGS_CURVES, NULL, NULL);

  for (gsize i = 0; keys && keys[i]; i++) {
    g_auto (GStrv) parts = g_strsplit (keys[i], "::", 2);

    if (parts[0] && parts[1] && stage_find (parts[0]) && settings_has_stage (settings, parts[0]))
      continue;
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_KEY,
                 "unknown key '%s' in group [" SETTINGS_CURVES "] of the settings; a curve belongs "
                 "to a stage that the settings have, as limit::ceiling.",
                 keys[i]);
    return FALSE;
  }
  return TRUE;
}

static GstElement *
make_element (const char *factory, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (!element)
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_MISSING,
                 "the GStreamer element '%s' is missing; install the package gst-mastering (its "
                 "plugin was not found: set GST_PLUGIN_PATH to its folder).",
                 factory);
  return element;
}

/* On elements of its own, so that a wrong key is found before anything is read or written. */
static gboolean
check_keys (Settings *settings, GError **error)
{
  for (const Stage *stage = stages; stage->group; stage++) {
    GstElement *element = make_element (stage->factory, error);
    gboolean ok = element && settings_apply (settings, stage->group, element, error);

    if (element)
      gst_object_unref (gst_object_ref_sink (element));
    if (!ok)
      return FALSE;
  }
  return TRUE;
}

/* GLib quotes the line that it could not read, which of a sound file is a page of bytes. */
static gboolean
is_line_of_text (const char *text)
{
  if (strlen (text) > 200 || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *at = text; *at; at = g_utf8_next_char (at))
    if (!g_unichar_isprint (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

static void
explain_unread (const char *path, const GError *cause, GError **error)
{
  const gboolean quote = is_line_of_text (cause->message);

  if (cause->domain != G_KEY_FILE_ERROR)
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_READ, "cannot read the settings %s: %s",
                 path, cause->message);
  else
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_READ,
                 "%s is not a settings file; those are what gst-master-1.0 master "
                 "--save-settings writes%s%s.",
                 path, quote ? ": " : "", quote ? cause->message : "");
}

Settings *
settings_load (const char *path, GError **error)
{
  g_autoptr (GKeyFile) settings = g_key_file_new ();
  g_autoptr (GError) cause = NULL;

  if (!g_key_file_load_from_file (settings, path, G_KEY_FILE_KEEP_COMMENTS, &cause)) {
    explain_unread (path, cause, error);
    return NULL;
  }
  if (!check_groups (settings, path, error) || !check_curves (settings, error) ||
      !check_keys (settings, error))
    return NULL;
  return g_steal_pointer (&settings);
}

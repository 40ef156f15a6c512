/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "settings_curve.h"

#include <gst/controller/controller.h>
#include <math.h>
#include <string.h>

/* A point at a grid point of 64 frames is met by it, whichever way the time in nanoseconds was
 * rounded. At the usual rates points on the grid of 20 ms are at least twice as far from others. */
#define EARLY_NS 5000

/* The properties that have a curve, comma separated: kept on the element. */
#define BOUND_KEY "gst-mastering-curves"

static char *
curve_key (const char *group, const char *property)
{
  return g_strconcat (group, "::", property, NULL);
}

/* Without an exponent and without zeros behind the last digit: %.17g would tell of the binary. */
static void
append_time (GString *text, double time_s)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE], *end;

  g_ascii_formatd (buffer, sizeof buffer, "%.6f", time_s);
  end = buffer + strlen (buffer);
  while (end[-1] == '0')
    *--end = '\0';
  if (end[-1] == '.')
    end[-1] = '\0';
  g_string_append (text, buffer);
}

void
settings_set_curve (Settings *settings, const char *group, const char *property,
                    const SettingsPoint *points, gsize n)
{
  g_autofree char *key = curve_key (group, property);
  g_autoptr (GString) text = g_string_new (NULL);
  char value[G_ASCII_DTOSTR_BUF_SIZE];

  if (n == 0) {
    g_auto (GStrv) left = NULL;

    g_key_file_remove_key (settings, SETTINGS_CURVES, key, NULL);
    left = g_key_file_get_keys (settings, SETTINGS_CURVES, NULL, NULL);
    if (left && !left[0])
      g_key_file_remove_group (settings, SETTINGS_CURVES, NULL);
    return;
  }
  for (gsize i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (text, ' ');
    append_time (text, points[i].time_s);
    g_string_append_printf (text, ":%s",
                            g_ascii_formatd (value, sizeof value, "%.17g", points[i].value));
  }
  g_key_file_set_string (settings, SETTINGS_CURVES, key, text->str);
}

static gboolean
parse_point (const char *text, SettingsPoint *point)
{
  char *end;

  point->time_s = g_ascii_strtod (text, &end);
  if (end == text || *end != ':')
    return FALSE;
  text = end + 1;
  point->value = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (point->time_s) && isfinite (point->value);
}

static GArray *
parse_curve (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (SettingsPoint));
  double last = -1.0;

  for (gsize i = 0; parts[i]; i++) {
    SettingsPoint point;

    if (!*parts[i])
      continue;
    if (!parse_point (parts[i], &point) || point.time_s <= last)
      return NULL;
    last = point.time_s;
    g_array_append_val (points, point);
  }
  return points->len > 0 && g_array_index (points, SettingsPoint, 0).time_s == 0.0
             ? g_steal_pointer (&points)
             : NULL;
}

GArray *
settings_get_curve (Settings *settings, const char *group, const char *property)
{
  g_autofree char *key = curve_key (group, property);
  g_autofree char *text = g_key_file_get_string (settings, SETTINGS_CURVES, key, NULL);

  return text ? parse_curve (text) : NULL;
}

static gboolean
wrong (const char *key, const char *what, GError **error)
{
  g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE,
               "'%s' in group [" SETTINGS_CURVES "] of the settings %s.", key, what);
  return FALSE;
}

/* A number that can change while it plays, and all values of the curve are legal for it. */
static gboolean
check_property (GstElement *element, const char *key, const char *property, const GArray *points,
                GError **error)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (element), property);

  if (!pspec || !(pspec->flags & GST_PARAM_CONTROLLABLE) || !G_IS_PARAM_SPEC_DOUBLE (pspec))
    return wrong (key, "names no property that can have a curve", error);
  for (guint i = 0; i < points->len; i++) {
    double value = g_array_index (points, SettingsPoint, i).value;

    if (value < G_PARAM_SPEC_DOUBLE (pspec)->minimum ||
        value > G_PARAM_SPEC_DOUBLE (pspec)->maximum)
      return wrong (key, "has a value that is not legal for it", error);
  }
  return TRUE;
}

static void
remember_bound (GstElement *element, const char *property)
{
  const char *bound = g_object_get_data (G_OBJECT (element), BOUND_KEY);

  g_object_set_data_full (G_OBJECT (element), BOUND_KEY,
                          bound ? g_strconcat (bound, ",", property, NULL) : g_strdup (property),
                          g_free);
}

static void
bind (GstElement *element, const char *property, const GArray *points)
{
  GstControlSource *source = gst_interpolation_control_source_new ();
  GstTimedValueControlSource *timed = GST_TIMED_VALUE_CONTROL_SOURCE (source);

  g_object_set (source, "mode", GST_INTERPOLATION_MODE_NONE, NULL);
  for (guint i = 0; i < points->len; i++) {
    const SettingsPoint *point = &g_array_index (points, SettingsPoint, i);
    GstClockTime time = (GstClockTime) (point->time_s * GST_SECOND + 0.5);

    gst_timed_value_control_source_set (timed, time > EARLY_NS ? time - EARLY_NS : 0, point->value);
  }
  gst_object_add_control_binding (
      GST_OBJECT (element),
      gst_direct_control_binding_new_absolute (GST_OBJECT (element), property, source));
  gst_object_unref (source);
  remember_bound (element, property);
}

gboolean
settings_bind_curves (Settings *settings, const char *group, GstElement *element, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (settings, SETTINGS_CURVES, NULL, NULL);
  g_autofree char *prefix = g_strconcat (group, "::", NULL);

  for (gsize i = 0; keys && keys[i]; i++) {
    const char *property = keys[i] + strlen (prefix);
    g_autoptr (GArray) points = NULL;

    if (!g_str_has_prefix (keys[i], prefix))
      continue;
    points = settings_get_curve (settings, group, property);
    if (!points)
      return wrong (keys[i],
                    "is no curve (it is written as 0:-1 12.5:-1.5 12.56:-1: seconds, from "
                    "0 on, and values)",
                    error);
    if (!check_property (element, keys[i], property, points, error))
      return FALSE;
    bind (element, property, points);
  }
  return TRUE;
}

void
settings_unbind_curves (GstElement *element)
{
  const char *bound = g_object_get_data (G_OBJECT (element), BOUND_KEY);
  g_auto (GStrv) properties = g_strsplit (bound ? bound : "", ",", -1);

  for (gsize i = 0; properties[i]; i++) {
    GstControlBinding *binding =
        gst_object_get_control_binding (GST_OBJECT (element), properties[i]);

    if (!binding)
      continue;
    gst_object_remove_control_binding (GST_OBJECT (element), binding);
    gst_object_unref (binding);
  }
  g_object_set_data (G_OBJECT (element), BOUND_KEY, NULL);
}

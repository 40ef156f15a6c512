/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A property that changes along the song, in a settings file:
 *
 *   [curves]
 *   limit::ceiling=0:-1 83.18:-1.65 83.24:-1
 *
 * Each value holds from its time (seconds from the start) to the next. It becomes a control binding
 * of the element, so that it follows the stream time, whatever is seeked to; the elements read it on
 * their grid of 64 frames, and so the replay has the same bits at any buffer size.
 */
#pragma once

#include "settings_file.h"

typedef struct {
  double time_s;
  double value;
} SettingsPoint;

/* Stores the curve; times ascend from 0 and are kept to the microsecond. n == 0 removes it. */
void settings_set_curve (Settings *settings, const char *group, const char *property,
                         const SettingsPoint *points, gsize n);

/* Elements are SettingsPoint; NULL without such a curve. */
GArray *settings_get_curve (Settings *settings, const char *group, const char *property);

/* Binds what the settings have for the group to the element; FALSE with a SETTINGS_ERROR that names
 * what is wrong. */
gboolean settings_bind_curves (Settings *settings, const char *group, GstElement *element,
                               GError **error);

/* Takes off what settings_bind_curves () put on. */
void settings_unbind_curves (GstElement *element);

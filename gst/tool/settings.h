/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The settings of the chain, as a key file that replays bit for bit: one group per element, keys as
 * in gst-launch, numbers as %.17g in the C locale.
 *
 *   [gst-mastering] version=1
 *   [norm] [limit] ...  properties of the elements of the chain (stages.c); those of a child of an
 *                       element as child::property
 *   [source]            hash, rate and measurements of the input they were made for
 *   [decisions]         format, target and why it landed where it did
 */
#pragma once

#include <gst/gst.h>

typedef GKeyFile Settings;

#define SETTINGS_NORM      "norm"
#define SETTINGS_LIMIT     "limit"
#define SETTINGS_SOURCE    "source"
#define SETTINGS_DECISIONS "decisions"

/* Every writable property of the stages that are in every chain at its default, and loudnorm in
 * linear mode. */
Settings *settings_new (GError **error);

/* Puts a stage into the chain: adds its group with every property at its default. */
gboolean settings_add_stage (Settings *settings, const char *group, GError **error);
gboolean settings_has_stage (Settings *settings, const char *group);

/* Reads and checks; an unknown group, key or value is an error that names it. */
Settings *settings_load (const char *path, GError **error);

/* Through a part file; refuses to overwrite without force. */
gboolean settings_save (Settings *settings, const char *path, gboolean force, GError **error);

void settings_set_double (Settings *settings, const char *group, const char *key, double value);
/* NAN when it is not there. */
double settings_get_double (Settings *settings, const char *group, const char *key);

/* Sets the group's keys on the element; nothing without the group. */
gboolean settings_apply (Settings *settings, const char *group, GstElement *element,
                         GError **error);

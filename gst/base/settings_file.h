/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The settings of the chain, as a key file that replays bit for bit: one group per element, keys as
 * in gst-launch, numbers as %.17g in the C locale. The tool writes and replays them, masterchain
 * replays them; both read them here.
 *
 *   [gst-mastering] version=1
 *   [norm] [limit] ...  properties of the elements of the chain (stages.c); those of a child of an
 *                       element as child::property
 *   [curves]            properties that change along the song (settings_curve.h)
 *   [source]            hash, rate and measurements of the input they were made for
 *   [decisions]         format, target and why it landed where it did
 */
#pragma once

#include <gst/gst.h>

typedef GKeyFile Settings;

#define SETTINGS_HEAD      "gst-mastering"
#define SETTINGS_VERSION   1
#define SETTINGS_EQ        "eq"
#define SETTINGS_DYN       "dyn"
#define SETTINGS_STEREO    "stereo"
#define SETTINGS_NORM      "norm"
#define SETTINGS_LIMIT     "limit"
#define SETTINGS_SOURCE    "source"
#define SETTINGS_DECISIONS "decisions"
#define SETTINGS_CURVES    "curves"

#define SETTINGS_ERROR (settings_error_quark ())
typedef enum {
  SETTINGS_ERROR_READ,   /* the file cannot be read, or is none of this version */
  SETTINGS_ERROR_GROUP,  /* an unknown group */
  SETTINGS_ERROR_KEY,    /* an unknown key */
  SETTINGS_ERROR_VALUE,  /* no legal value */
  SETTINGS_ERROR_MISSING /* an element of the chain is not installed */
} SettingsError;
GQuark settings_error_quark (void);

/* Reads and checks; an unknown group, key or value is an error that names it. */
Settings *settings_load (const char *path, GError **error);

gboolean settings_has_stage (Settings *settings, const char *group);

/* Sets the group's keys on the element, and binds its curves; nothing without the group. */
gboolean settings_apply (Settings *settings, const char *group, GstElement *element,
                         GError **error);

/* Back to the defaults in all that settings may name, without curves, as an element that was just
 * made. */
void settings_reset_element (GstElement *element);

/* Adds a group with every property of the element, and of its children, that belongs to the sound,
 * at its value of now. */
void settings_add_element (Settings *settings, const char *group, GstElement *element);

/* Is it part of the sound? Not what the framework or a listening application wants of it. */
gboolean settings_is_sound (const GParamSpec *pspec);

void settings_set_double (Settings *settings, const char *group, const char *key, double value);
/* NAN when it is not there. */
double settings_get_double (Settings *settings, const char *group, const char *key);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Profiles: data files `ID.profile` (key files) about platforms, genres, playback devices and tonal
 * targets. Every number is a group of its own with value, unit, source, date and confidence; a curve
 * is a group with lists: frequency, level and, where it has one, tolerance.
 *
 * Searched in GST_MASTERING_PROFILE_PATH (folders, colon separated), then
 * $XDG_DATA_HOME/gst-mastering/profiles, then where the package installs them.
 */
#pragma once

#include <glib.h>

#define PROFILE_ERROR (profile_error_quark ())
typedef enum { PROFILE_ERROR_UNKNOWN } ProfileError;
GQuark profile_error_quark (void);

typedef struct {
  char *id;
  char *path;
  GKeyFile *file;
} Profile;

typedef enum { PROFILE_PLATFORM, PROFILE_GENRE, PROFILE_PLAYBACK, PROFILE_TONE } ProfileKind;

/* By id or alias; a PROFILE_ERROR_UNKNOWN lists the known ones. */
Profile *profile_load (const char *id, ProfileKind kind, GError **error);
void profile_free (Profile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Profile, profile_free)

/* All of a kind, by id. Elements are Profile *, freed with the array. */
GPtrArray *profile_list (ProfileKind kind);

/* The value of a number's group, NAN when the profile does not have it. */
double profile_number (const Profile *profile, const char *group);
/* Another number of the group; NAN when there is none. */
double profile_key_number (const Profile *profile, const char *group, const char *key);
/* A list of numbers ("20;25;31.5"); returns how many, 0 when one of them is no number or there are
 * more than `max`. */
guint profile_numbers (const Profile *profile, const char *group, const char *key, double *values,
                       guint max);
/* A string of a group ("source", "confidence", ...), NULL when absent; free it. */
char *profile_string (const Profile *profile, const char *group, const char *key);
char *profile_name (const Profile *profile);

/* Told of every file that cannot be read; a GStreamer warning when nobody else wants to know. */
typedef void (*ProfileSkipped) (const char *path, const char *why);
void profile_set_skipped (ProfileSkipped callback);

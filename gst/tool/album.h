/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Several files as the tracks of one album: the loudness of the whole, and what services that level
 * albums would do with it.
 */
#pragma once

#include "listener.h"
#include "meter.h"

#include "measure/loudness.h"

#include <json-glib/json-glib.h>

typedef struct {
  GPtrArray *names;      /* char *, of the tracks */
  GArray *meters;        /* Meter, of the tracks */
  gboolean begun;        /* `loudness` has its format */
  gboolean mixed;        /* tracks of different rates or channels: no loudness of the whole */
  GstAudioInfo info;     /* of the first track */
  MdspLoudness loudness; /* of all tracks as one programme, in a row */
} Album;

Album *album_new (void);
void album_free (Album *album);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Album, album_free)

/* Hears the track that comes next. */
Listener album_listener (Album *album);
/* And what was measured of it. */
void album_add (Album *album, const char *name, const Meter *meter);

/* LUFS; NAN when the tracks are of different formats or silent. */
double album_loudness (const Album *album);

char *album_report (const Album *album);
/* Adds the member "album". */
void album_json (const Album *album, JsonBuilder *builder);

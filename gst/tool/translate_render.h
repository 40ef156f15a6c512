/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What a file sounds like on devices, as files of the same loudness.
 *
 * Only a gain comes behind a device, never a limiter, which would be heard as the device's. Where the
 * peaks of one of them have no room for the loudness of the original, all of them and the copy of the
 * original are turned down alike: nothing but the sound differs.
 */
#pragma once

#include "analysis.h"
#include "format.h"

#define PREVIEW_CEILING_DBTP (-1.0)

typedef struct {
  const Device *device; /* NULL: the original */
  char *path;
  double gain_db;
  gboolean is_silent; /* nothing is heard on this device: there is no file */
} Preview;

typedef struct {
  GPtrArray *list;      /* Preview * */
  double loudness_lufs; /* of every file */
} Previews;

typedef struct {
  const char *folder;
  const Format *format;
  guint stream;
  gboolean force;
  char **keep; /* files that must not be replaced: the inputs */
} PreviewOptions;

/* The files that would be written: the original, then each of the devices (Device *). */
Previews *previews_new (const char *input_name, const GPtrArray *devices,
                        const PreviewOptions *options);
void previews_free (Previews *previews);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Previews, previews_free)

/* Could they be written? Before anything is decoded. */
gboolean previews_check (const Previews *previews, const PreviewOptions *options, GError **error);

/* Measures, renders, and puts all files in place; or none. */
gboolean previews_render (Previews *previews, const Input *input, const Analysis *analysis,
                          const PreviewOptions *options, GError **error);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What is asked for: platforms, genre and the user's own numbers become targets to land on.
 */
#pragma once

#include "format.h"
#include "platform.h"
#include "profile.h"

/* One master to make. */
typedef struct {
  char *label; /* "spotify", "spotify+youtube", "streaming" or "custom": for file names */
  char *text;  /* for people: "Spotify and YouTube" */
  double loudness_lufs;
  double ceiling_dbtp;
  double psr_floor_db;
  double reduction_budget_db;
  double bass_mono_hz, side_highpass_hz, side_limit_db; /* of the stereo image; 0: nothing asked */
  guint rate;                                           /* Hz; 0: that of the mix */
  Format format;
  Profile *genre;       /* NULL: none was named */
  GPtrArray *platforms; /* Platform * */
  gboolean codec_safe;  /* one of them asks for peaks that hold after its codec */
  char *codecs;         /* what they send: "aac:256,mp3:128"; NULL: nothing lossy that is known */
  char *why_loudness;   /* where the number comes from */
  char *why_ceiling;
  char *why_stereo; /* who asks for that; NULL: nobody */
} Target;

/* As given on the command line; NAN or NULL or 0 is "not given". */
typedef struct {
  const char *platforms; /* comma separated */
  const char *genre;
  double loudness_lufs, ceiling_dbtp, psr_floor_db, reduction_budget_db;
  int rate;
  const char *format;   /* comma separated when there may be several outputs */
  const char *settings; /* the file that loudness and ceiling were read from */
} Wish;

/* Distinct targets, one per master; `several` allows more than one (an output folder), otherwise
 * one master must serve all platforms: the loudest target and the lowest ceiling of them.
 * `default_format` is used when the wish has none. Elements are Target *. */
GPtrArray *plan_targets (const Wish *wish, gboolean several, const Format *default_format,
                         GError **error);

/* The same master but for its format, with the same codecs behind it. */
gboolean plan_same_sound (const Target *a, const Target *b);

void target_free (Target *target);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The listening pass: decodes a file once and measures it, and keeps its tags.
 */
#pragma once

#include "ear.h"
#include "input.h"
#include "levels.h"
#include "meter.h"
#include "sound.h"
#include "stereo_field.h"
#include "translation.h"

#include <gst/audio/audio.h>

typedef struct {
  Meter meter;
  GstAudioInfo info;            /* F32, with the file's rate, channels and positions */
  GstAudioFormat source_format; /* as decoded */
  guint64 n_frames;
  guint n_streams;          /* audio streams in the file */
  gboolean lossy;           /* an MP3, AAC, Opus, Vorbis ... source */
  gboolean is_short;        /* ends before its header says; only with accept_damaged */
  GstTagList *tags;         /* of the file; may be empty */
  Translation *translation; /* on playback devices; NULL when not asked for */
  StereoField *stereo;      /* alike; other than two channels leave it empty */
  Levels *levels;           /* from moment to moment, alike */
  Sound *
      sound; /* as decoded; NULL when not asked for, where there is no room for it, and when it has gaps */
  MdspSpectrumReading
      spectrum; /* n_bands is 0 when not asked for, and for more than two channels */
  double
      plateau_share; /* of its time, peaks held at one level; 0 where the spectrum is not asked for */
  double second_opinion; /* integrated loudness by libebur128; NAN when not asked for */
} Analysis;

typedef struct {
  guint stream;              /* audio stream, from 0 */
  const char *label;         /* of the progress bar */
  gboolean second_opinion;   /* measure the loudness by libebur128 as well */
  const Listener *listeners; /* hear the same audio */
  guint n_listeners;
  gboolean spectrum;       /* measure the tonal balance */
  gboolean stereo;         /* measure the stereo field as well */
  gboolean levels;         /* measure the levels from moment to moment */
  guint keep_sound;        /* for passes that follow: as one of so many that do at once; 0: no */
  gboolean translate;      /* to playback devices */
  const char *devices;     /* those; NULL: all */
  gboolean accept_damaged; /* take what can be read of a file that is cut short */
} AnalysisOptions;

Analysis *analysis_run (const Input *input, const AnalysisOptions *options, GError **error);
void analysis_free (Analysis *analysis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Analysis, analysis_free)

/* Mono is measured as dual mono (it plays from two loudspeakers); what a meter that counts one
 * channel once would read is this much lower: 10 log10 2 (ITU-R BS.1770-5). */
#define MONO_READING_LU 3.0103

double analysis_seconds (const Analysis *analysis);

/* Why there is no loudness (meter_has_loudness ()): "it is silent", or too short. */
const char *analysis_no_loudness (const Analysis *analysis);

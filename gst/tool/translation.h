/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How a file translates to playback devices: a measurement that rides along in a pass, and what it
 * means in words.
 *
 * A device is passed when its filters change the loudness as they change that of released music
 * (within the tolerance of its profile), when folding to mono costs no more than unrelated channels
 * lose, and when its noise covers little of the music.
 */
#pragma once

#include "device.h"
#include "listener.h"

#include "measure/translation.h"

typedef enum {
  TRANSLATES_WELL,
  TRANSLATES_HEAVY,   /* more of its loudness is bass than this device plays */
  TRANSLATES_THIN,    /* little bass to lose */
  TRANSLATES_BOOMY,   /* the device lifts bass, and there is too much */
  TRANSLATES_WEAK,    /* the device lifts bass, and there is little */
  TRANSLATES_CANCELS, /* left and right cancel when they are folded */
  TRANSLATES_DROWNED, /* the noise covers quiet parts */
  TRANSLATES_UNKNOWN  /* nothing was measured */
} Verdict;

typedef struct {
  const Device *device;
  MdspTranslationReading reading;
  Verdict verdict;
} DeviceResult;

typedef struct {
  GPtrArray *devices;    /* Device * */
  DeviceResult *results; /* one per device; NULL before the pass is over */
  guint n_results;       /* 0: not measured (more than two channels) */
  MdspTranslation *state;
  gboolean running;
} Translation;

/* Takes the devices (see device_list); at most MDSP_TRANSLATION_MAX_DEVICES of them are measured. */
Translation *translation_new (GPtrArray *devices);
void translation_free (Translation *translation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Translation, translation_free)

Listener translation_listener (Translation *translation);
/* After the pass: fills the results. */
void translation_finish (Translation *translation);

/* TRUE when there are results, from something that has a loudness. */
gboolean translation_is_measured (const Translation *translation);
guint translation_n_failed (const Translation *translation);

const char *verdict_id (Verdict verdict);   /* "well", "heavy": for JSON */
const char *verdict_text (Verdict verdict); /* "as released music", "too much bass" */

/* What is not as it should be: one finding for all devices of the same verdict. */
typedef struct {
  Verdict verdict;
  char *where; /* "below 300 Hz" */
  char *
      text; /* what it is on the first of the devices, and what to do about it in the mix; no full stop */
} Finding;

/* Finding *; empty when nothing was measured, or nothing is wrong. */
GPtrArray *translation_findings (const Translation *translation);

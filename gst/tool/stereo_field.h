/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The stereo field of a file: a measurement that rides along in a pass (dsp/measure/stereo).
 */
#pragma once

#include "listener.h"

#include "measure/stereo.h"

typedef struct {
  MdspStereo *state; /* finished after the pass */
  gboolean running;
  gboolean is_measured; /* two channels with something in them */
} StereoField;

StereoField *stereo_field_new (void);
void stereo_field_free (StereoField *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StereoField, stereo_field_free)

/* Other than two channels are no error: then nothing is measured. */
Listener stereo_field_listener (StereoField *field);
/* After the pass. */
void stereo_field_finish (StereoField *field);

/* NULL when there is nothing to say about left and right. */
const MdspStereo *stereo_field_measured (const StereoField *field);

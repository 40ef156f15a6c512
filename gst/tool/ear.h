/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The long-term spectrum of what a pass hears; of one or two channels, of more nothing.
 */
#pragma once

#include "listener.h"

#include "measure/spectrum.h"

typedef struct {
  MdspSpectrum state;
  float *block[2];
  gboolean running;
} Ear;

Ear *ear_new (void);
void ear_free (Ear *ear);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ear, ear_free)

Listener ear_listener (Ear *ear);
/* After the pass. FALSE when nothing was measured; n_bands is 0 then. */
gboolean ear_finish (Ear *ear, MdspSpectrumReading *reading);

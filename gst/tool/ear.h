/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The long-term spectrum of what a pass hears, and how much of it has held peaks; of one or two
 * channels, of more nothing.
 */
#pragma once

#include "listener.h"

#include "measure/plateau.h"
#include "measure/spectrum.h"

typedef struct {
  MdspSpectrum state;
  MdspPlateau plateau;
  gboolean running;
} Ear;

Ear *ear_new (void);
void ear_free (Ear *ear);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ear, ear_free)

Listener ear_listener (Ear *ear);
/* After the pass. FALSE when nothing was measured; n_bands is 0 then. */
gboolean ear_finish (Ear *ear, MdspSpectrumReading *reading);
/* After the pass: the share of it whose peaks are held at one level (measure/plateau.h). */
double ear_plateau_share (const Ear *ear);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What a WAV carries besides the sound, from the mix to the master: bext (EBU Tech 3285), iXML, cue
 * points with their labels, and the usual text tags.
 */
#pragma once

#include "encoder.h"

#include <sndfile.h>

/* Before the first sample is written. */
void wav_meta_write (SNDFILE *file, const EncoderTarget *target);

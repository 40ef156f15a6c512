/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Loudness by libebur128, code that we did not write: the independent check of every finished file
 * and the meter's engine=libebur128. Its true peak is not used: it under-reads above 0.4 fs and
 * does not interpolate at 192 kHz and above. Up to 32 kHz, where its K-weighting bends, it hears the
 * sound at the multiple of the rate that is nearest to 48 kHz, 32 samples late. process allocates (libebur128 does, per 100 ms).
 */
#ifndef MDSP_SECOND_OPINION_H
#define MDSP_SECOND_OPINION_H

#include "measure/layout.h"

typedef struct MdspSecondOpinion MdspSecondOpinion;

/* NULL when out of memory or out of libebur128's range. MDSP_SPEAKER_PAIR is for one channel only. */
MdspSecondOpinion *mdsp_second_opinion_new (double rate_hz, const MdspSpeaker *speakers,
                                            unsigned n_channels);
void mdsp_second_opinion_free (MdspSecondOpinion *s);

/* Any number of frames; finite samples only. */
MdspStatus mdsp_second_opinion_process (MdspSecondOpinion *s, const float *const planes[],
                                        size_t n_frames);

typedef struct {
  double momentary, shortterm, integrated, relative_threshold; /* LUFS, -inf = no measurement */
  double range;                                                /* LU */
} MdspSecondOpinionReading;
void mdsp_second_opinion_read (MdspSecondOpinion *s, MdspSecondOpinionReading *reading);

#endif

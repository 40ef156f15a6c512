/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Channel weights of BS.1770-5: Annex 1 Table 3 and, for advanced layouts, Annex 3 Table 4: a
 * loudspeaker within 30 degrees of the horizontal plane and between 60 and 120 degrees to the side
 * counts 1.41 (+1.5 dB), LFE counts 0, all others 1.
 */
#ifndef MDSP_LAYOUT_H
#define MDSP_LAYOUT_H

#include "mdsp.h"

typedef enum {
  MDSP_SPEAKER_OTHER = 0, /* front, centre, height, bottom, unpositioned: 1.0 */
  MDSP_SPEAKER_LFE,
  MDSP_SPEAKER_SIDE,     /* +-90 degrees */
  MDSP_SPEAKER_SURROUND, /* +-110 degrees */
  MDSP_SPEAKER_REAR,     /* +-110 in 5.x, +-135 where side speakers exist too */
  MDSP_SPEAKER_WIDE,     /* +-60 degrees */
  MDSP_SPEAKER_PAIR      /* one channel that two loudspeakers play alike (dual mono): 2.0 */
} MdspSpeaker;

/* weights[c] for each channel, decided from the whole layout: REAR is the 5.x surround (1.41)
 * unless SIDE or SURROUND speakers are there as well (7.x: 1.0). */
void mdsp_layout_weights (const MdspSpeaker *speakers, unsigned n_channels, double *weights);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/layout.h"

void
mdsp_layout_weights (const MdspSpeaker *speakers, unsigned n_channels, double *weights)
{
  bool has_side = false;
  for (unsigned c = 0; c < n_channels; c++)
    has_side |= speakers[c] == MDSP_SPEAKER_SIDE || speakers[c] == MDSP_SPEAKER_SURROUND;
  for (unsigned c = 0; c < n_channels; c++) {
    switch (speakers[c]) {
      case MDSP_SPEAKER_LFE:
        weights[c] = 0.0;
        break;
      case MDSP_SPEAKER_SIDE:
      case MDSP_SPEAKER_SURROUND:
      case MDSP_SPEAKER_WIDE:
        weights[c] = 1.41;
        break;
      case MDSP_SPEAKER_REAR:
        weights[c] = has_side ? 1.0 : 1.41;
        break;
      case MDSP_SPEAKER_PAIR:
        weights[c] = 2.0;
        break;
      default:
        weights[c] = 1.0;
        break;
    }
  }
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the files of the stereo field share.
 */
#ifndef MDSP_STEREO_INTERNAL_H
#define MDSP_STEREO_INTERNAL_H

#include "measure/stereo.h"

/* A sum of products that cannot be negative; its rounding can. */
static inline double
mdsp_stereo_positive (double power)
{
  return power > 0.0 ? power : 0.0;
}

/* The filters of all bands; those above the range of the rate stay silent. */
void mdsp_stereo_design_bands (MdspStereo *s);
void mdsp_stereo_reset_bands (MdspStereo *s);

/* n_frames of the block under way. */
void mdsp_stereo_process_bands (MdspStereo *s, const float *const planes[2], size_t n_frames);
/* Takes the block's products, whose unit is the sample of the sound. */
void mdsp_stereo_take_products (MdspStereo *s, double products[MDSP_STEREO_N_BANDS][3]);

/* Sums of the newest blocks, oldest first. */
void mdsp_stereo_window_products (const MdspStereo *s, unsigned band, double p[3]);

/* Looks for faults in the newest blocks as one window. */
void mdsp_stereo_judge_window (MdspStereo *s);
/* And for a silent channel in the newest half of a second. */
void mdsp_stereo_judge_silence (MdspStereo *s);
/* The programme is over, and with it the faults that are under way. */
void mdsp_stereo_end_faults (MdspStereo *s);

#endif

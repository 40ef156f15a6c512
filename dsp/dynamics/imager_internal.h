/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the files of the stereo image share.
 */
#ifndef MDSP_IMAGER_INTERNAL_H
#define MDSP_IMAGER_INTERNAL_H

#include "dynamics/imager.h"

static inline double
mdsp_imager_clamp (double x, double low, double high)
{
  return x < low ? low : x > high ? high : x;
}

/* The bands that settings need. */
typedef struct {
  unsigned n_bands;
  double edge_hz[MDSP_IMAGER_MAX_BANDS - 1], width[MDSP_IMAGER_MAX_BANDS];
  int limited_band;
} MdspImageLayout;

/* A split only where the widths differ, or the bass or the limiter asks for it. */
MdspImageLayout mdsp_image_layout (const MdspImagerParams *params);

/* NULL with one band. */
MdspCrossover *mdsp_image_crossover (MdspImage *image);
/* From nothing to these bands; `widening` as in MdspImage: nothing is known about the bands yet. */
void mdsp_image_start (MdspImage *image, const MdspImageLayout *l, double widening);
/* The same number of bands, other widths and edges. */
void mdsp_image_glide (MdspImage *image, const MdspImageLayout *l, unsigned steps);
double mdsp_image_least_widening (const MdspImage *image);

/* Largest side gain at which P_S gain^2 <= ratio P_M, over both windows. */
double mdsp_image_largest_gain (const MdspImage *image, unsigned band, double ratio);
/* P_S / P_M at which the correlation cannot be below the guard. */
double mdsp_imager_guarded_ratio (const MdspImager *im);
/* Whether a band has been heard at all: before that there is nothing to decide from. */
bool mdsp_image_is_known (const MdspImage *image, unsigned band);
/* Down at once, up slowly. */
void mdsp_image_follow (double *state, double wanted, double share);

/* At a grid point: the gains of the segment that starts here. */
void mdsp_image_step (MdspImager *im, MdspImage *image);
/* Splits what came in into this image's bands: frames at .. at + n of the segment. */
void mdsp_image_split (MdspImager *im, MdspImage *image, size_t at, size_t n);
/* Mid and side of this image. */
void mdsp_image_mix (MdspImager *im, const MdspImage *image, float *mid, float *side, size_t at,
                     size_t n);
/* The segment is complete; `heard`: count it for the readings, too. */
void mdsp_image_measure (MdspImager *im, MdspImage *image, bool heard);

/* Products of M and S as those of L and R, the side at a gain. */
void mdsp_imager_add_products (double sums[3], const double p[3], double gain);
/* <AA> <BB> <AB> over a segment, in one order on every machine. */
void mdsp_imager_segment_products (const MdspImager *im, const float *a, const float *b,
                                   double p[3]);

#endif

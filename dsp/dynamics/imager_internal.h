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

/* Frames from one node of the gains to the next. */
static inline unsigned
mdsp_imager_grid (const MdspImager *im)
{
  return im->n_parts * MDSP_GRID;
}

/* Whether one image fades into the other. */
static inline bool
mdsp_imager_is_fading (const MdspImager *im)
{
  return im->changing > 0 && im->changing <= im->fade_steps;
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
/* From nothing to these bands. */
void mdsp_image_start (const MdspImager *im, MdspImage *image, const MdspImageLayout *l);
/* The same number of bands, other widths and edges. */
void mdsp_image_glide (MdspImage *image, const MdspImageLayout *l, unsigned steps);

/* Down at once, up slowly. */
void mdsp_image_follow (double *state, double wanted, double share);

/* At a grid point: the gains of the segment that starts here. */
void mdsp_image_step (MdspImager *im, MdspImage *image);
/* Splits what came in into this image's bands: frames at .. at + n of the segment. */
void mdsp_image_split (MdspImager *im, MdspImage *image, size_t at, size_t n);
/* Mid, and the side without what is over a width of 1. */
void mdsp_image_mix (MdspImager *im, const MdspImage *image, float *mid, float *side, size_t at,
                     size_t n);
/* What is over 1 in a band. */
void mdsp_image_extra (MdspImager *im, const MdspImage *image, unsigned band, float *to, size_t at,
                       size_t n);
bool mdsp_image_has_extra (const MdspImage *image, unsigned band);
/* The segment is complete. */
void mdsp_image_measure (MdspImager *im, MdspImage *image);

/* At a grid point: how much of each e[i] goes through, at the node that the outgoing segment ends at. */
void mdsp_imager_guard_step (MdspImager *im);
/* The segment is complete: its bands are in `image`. */
void mdsp_imager_guard_push (MdspImager *im, const MdspImage *image);
MdspStatus mdsp_imager_guard_init (MdspImager *im);
void mdsp_imager_guard_reset (MdspImager *im);
void mdsp_imager_guard_clear (MdspImager *im);

/* Frames at .. at + n of a segment, in place: `at` says where in the segment that comes in, and what is written is
 * `latency` segments older. */
void mdsp_imager_sound (MdspImager *im, float *left, float *right, size_t at, size_t n);

/* Products of M and S as those of L and R, the side at a gain. */
void mdsp_imager_add_products (double sums[3], const double p[3], double gain);
/* <AA> <BB> <AB> over a segment, in one order on every machine. */
void mdsp_imager_segment_products (const MdspImager *im, const float *a, const float *b,
                                   double p[3]);

#endif

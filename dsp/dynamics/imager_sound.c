/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The way of the sound through the stereo image: apart, delayed, together again.
 */
#include "dynamics/imager_internal.h"

#include <string.h>

/* Takes its low-pass off a side, as much of it as the filter is on. */
static void
elliptic (MdspImager *im, double *z, float *side, size_t at, size_t n)
{
  const double start = im->elliptic_node[0], slope = im->elliptic_node[1] - start;
  if (start == 0.0 && slope == 0.0) {
    *z = 0.0;
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const double v = (side[i] - *z) * im->elliptic_g.now, low = v + *z;
    *z = low + v;
    side[i] =
        (float) (side[i] - (start + slope * ((double) (at + i) / mdsp_imager_grid (im))) * low);
  }
}

/* Whether the sides are those of the input. */
static bool
keeps_side (const MdspImager *im)
{
  return mdsp_gain_line_is (&im->image[im->current].gain[0], 1.0f) && im->elliptic_node[0] == 0.0 &&
         im->elliptic_node[1] == 0.0;
}

/* One band: left and right stay, and get what the side changes by. */
static void
spread_one_band (MdspImager *im, float *left, float *right, size_t at, size_t n)
{
  float *side = im->scratch[0];
  if (keeps_side (im))
    return;
  mdsp_gain_line_apply (&im->image[im->current].gain[0], side, im->side + at, at, n, im->kernels);
  elliptic (im, &im->elliptic_z[0], side, at, n);
  im->kernels->spread_f32 (left, right, side, im->side + at, n);
}

/* From mid and side, of one image or of both while one fades into the other. */
static void
spread_bands (MdspImager *im, float *left, float *right, size_t at, size_t n)
{
  const MdspKernels *k = im->kernels;
  float *mid = im->scratch[0], *side = im->scratch[1];
  mdsp_image_mix (im, &im->image[im->current], mid, side, at, n);
  if (mdsp_imager_is_fading (im)) {
    mdsp_image_mix (im, &im->image[!im->current], im->other[0], im->other[1], at, n);
    k->mix_f32 (mid, mid, im->other[0], im->weight + at, n);
    k->mix_f32 (side, side, im->other[1], im->weight + at, n);
  }
  elliptic (im, &im->elliptic_z[0], side, at, n);
  k->ms_decode_f32 (left, right, mid, side, n);
}

/* What a band's width over 1 adds to the side. */
static void
fill_part (MdspImager *im, unsigned band, size_t at, size_t n)
{
  float *part = im->part[band] + at;
  mdsp_image_extra (im, &im->image[im->current], band, part, at, n);
  if (mdsp_imager_is_fading (im)) {
    mdsp_image_extra (im, &im->image[!im->current], band, im->other[0], at, n);
    im->kernels->mix_f32 (part, part, im->other[0], im->weight + at, n);
  }
  elliptic (im, &im->elliptic_z[1 + band], part, at, n);
}

/* What comes in, apart: left and right without what makes them wider, and that. */
static void
take_apart (MdspImager *im, float *left, float *right, size_t at, size_t n)
{
  if (im->widen.target != 0.0 || !mdsp_gain_line_is (&im->widen_gain, 0.0f)) {
    float *part = im->part[MDSP_IMAGER_WIDEN] + at;
    mdsp_decorrelator_process (&im->decorrelator, part, im->mid + at, n);
    mdsp_gain_line_apply (&im->widen_gain, part, part, at, n, im->kernels);
  } else if (im->part_age[MDSP_IMAGER_WIDEN] <= im->latency) {
    memset (im->part[MDSP_IMAGER_WIDEN] + at, 0, n * sizeof (float));
  }
  for (unsigned b = 0; b < MDSP_IMAGER_MAX_BANDS; b++)
    if (im->part_age[b] <= im->latency)
      fill_part (im, b, at, n);
  if (im->image[im->current].n_bands == 1 && !mdsp_imager_is_fading (im))
    spread_one_band (im, left, right, at, n);
  else
    spread_bands (im, left, right, at, n);
}

/* As much of a part as the guard lets through, in scratch or, all of it, where it is. */
static const float *
guarded_part (MdspImager *im, unsigned i, float *scratch, size_t at, size_t n)
{
  const float *part = im->part[i] + at;
  if (mdsp_gain_line_is (&im->through[i], 1.0f))
    return part;
  mdsp_gain_line_apply (&im->through[i], scratch, part, at, n, im->kernels);
  return scratch;
}

/* What goes out: left and right with what makes them wider. */
static void
add_parts (MdspImager *im, float *left, float *right, size_t at, size_t n)
{
  static const float nothing[MDSP_IMAGER_BUFFER];
  const float *sum = NULL;
  for (unsigned i = 0; i < MDSP_IMAGER_PARTS; i++) {
    if (im->part_age[i] > im->latency || mdsp_gain_line_is (&im->through[i], 0.0f))
      continue;
    const float *part = guarded_part (im, i, im->scratch[sum == NULL ? 0 : 1], at, n);
    if (sum == NULL) {
      sum = part;
      continue;
    }
    if (sum != im->scratch[0])
      memcpy (im->scratch[0], sum, n * sizeof (float));
    im->kernels->add_f32 (im->scratch[0], part, n);
    sum = im->scratch[0];
  }
  if (sum != NULL)
    im->kernels->spread_f32 (left, right, sum, nothing, n);
}

static void
delay_all (MdspImager *im, float *left, float *right, size_t at, size_t n)
{
  float *const pair[2] = { left, right };
  mdsp_delay_process (&im->delay, pair, n);
  for (unsigned i = 0; i < MDSP_IMAGER_PARTS; i++) {
    float *const part = im->part[i] + at;
    if (im->part_age[i] <= im->latency)
      mdsp_delay_process (&im->part_delay[i], &part, n);
  }
}

void
mdsp_imager_sound (MdspImager *im, float *left, float *right, size_t at, size_t n)
{
  const MdspKernels *k = im->kernels;
  k->ms_encode_f32 (im->mid + at, im->side + at, left, right, n);
  mdsp_image_split (im, &im->image[im->current], at, n);
  if (im->changing > 0)
    mdsp_image_split (im, &im->image[!im->current], at, n);
  take_apart (im, left, right, at, n);
  if (im->latency > 0)
    delay_all (im, left, right, at, n);
  add_parts (im, left, right, at, n);
  if (!mdsp_gain_line_is (&im->left_gain, 1.0f))
    mdsp_gain_line_apply (&im->left_gain, left, left, at, n, k);
  if (!mdsp_gain_line_is (&im->right_gain, 1.0f))
    mdsp_gain_line_apply (&im->right_gain, right, right, at, n, k);
  if (im->segments[im->leaving].follows)
    return;
  memcpy (im->out[0] + at, left, n * sizeof (float));
  memcpy (im->out[1] + at, right, n * sizeof (float));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One arrangement of bands: what the settings need, the limiter of its sides, what it sounds like and
 * what is seen in it.
 */
#include "dynamics/imager_internal.h"
#include "kernels/dmath.h"

#include <math.h> /* sqrt */
#include <string.h>

#define STATE_FLOOR 1e-30

static void
add_band (MdspImageLayout *l, double edge_hz, double next_width)
{
  l->edge_hz[l->n_bands - 1] = edge_hz;
  l->width[l->n_bands++] = next_width;
}

/* A split only where the widths differ, or the bass or the limiter asks for it. */
MdspImageLayout
mdsp_image_layout (const MdspImagerParams *p)
{
  MdspImageLayout l = { .n_bands = 1, .limited_band = -1 };
  l.width[0] = p->bass_mono_hz > 0.0 ? 0.0 : p->width_low;
  if (p->bass_mono_hz > 0.0)
    add_band (&l, p->bass_mono_hz, p->width_low);
  if (p->width_low != p->width_mid)
    add_band (&l, p->crossover_low_hz, p->width_mid);
  if (p->width_mid != p->width_high || p->side_limit_db > 0.0)
    add_band (&l, p->crossover_high_hz, p->width_high);
  if (p->side_limit_db > 0.0)
    l.limited_band = (int) l.n_bands - 1;
  return l;
}

MdspCrossover *
mdsp_image_crossover (MdspImage *image)
{
  return image->n_bands < 2 ? NULL : &image->crossover[image->n_bands - 2];
}

/* What is over 1, which the guard rules over; without a guard nothing is kept apart. */
static double
widening (const MdspImager *im, double width)
{
  return width > 1.0 && im->params.guard > -1.0 ? width - 1.0 : 0.0;
}

void
mdsp_image_start (const MdspImager *im, MdspImage *image, const MdspImageLayout *l)
{
  image->n_bands = l->n_bands;
  image->limited_band = l->limited_band;
  for (unsigned b = 0; b < MDSP_IMAGER_MAX_BANDS; b++) {
    mdsp_glide_jump (&image->width[b], b < l->n_bands ? l->width[b] : 1.0);
    image->limit[b] = 1.0;
    const double width = image->width[b].now, extra = widening (im, width);
    mdsp_gain_line_jump (&image->gain[b], width - extra);
    mdsp_gain_line_jump (&image->extra[b], extra);
  }
  memset (image->fast, 0, sizeof image->fast);
  memset (image->slow, 0, sizeof image->slow);
  if (mdsp_image_crossover (image)) {
    mdsp_crossover_set (mdsp_image_crossover (image), l->edge_hz);
    mdsp_crossover_reset (mdsp_image_crossover (image));
  }
}

void
mdsp_image_glide (MdspImage *image, const MdspImageLayout *l, unsigned steps)
{
  image->limited_band = l->limited_band;
  for (unsigned b = 0; b < l->n_bands; b++)
    mdsp_glide_to (&image->width[b], l->width[b], steps);
  if (mdsp_image_crossover (image))
    mdsp_crossover_set (mdsp_image_crossover (image), l->edge_hz);
}

/* Down at once, up slowly. */
void
mdsp_image_follow (double *state, double wanted, double share)
{
  *state = wanted < *state ? wanted : *state + share * (wanted - *state);
}

/* The gain that holds a side of this width under the mid, over both averages. */
static double
limited (const MdspImager *im, MdspImage *image, unsigned b, double width)
{
  const double ratio = mdsp_power_from_db (-im->params.side_limit_db);
  double most = __builtin_inf ();
  for (unsigned window = 0; window < 2; window++) {
    const double *p = window ? image->slow[b] : image->fast[b];
    const double gain = p[1] > 0.0 ? sqrt (ratio * p[0] / p[1]) : __builtin_inf ();
    most = gain < most ? gain : most;
  }
  mdsp_image_follow (&image->limit[b], width > most ? most / width : 1.0, im->release_share);
  return image->limit[b];
}

void
mdsp_image_step (MdspImager *im, MdspImage *image)
{
  for (unsigned b = 0; b < image->n_bands; b++) {
    const double width = mdsp_glide_step (&image->width[b]);
    const double limit = (int) b == image->limited_band ? limited (im, image, b, width) : 1.0;
    const double extra = limit * widening (im, width);
    mdsp_gain_line_step (&image->gain[b], limit * width - extra, im->n_parts, im->kernels);
    mdsp_gain_line_step (&image->extra[b], extra, im->n_parts, im->kernels);
  }
}

/* Splits what came in into this image's bands. */
void
mdsp_image_split (MdspImager *im, MdspImage *image, size_t at, size_t n)
{
  const float *const in[2] = { im->mid + at, im->side + at };
  float *bands[2 * MDSP_IMAGER_MAX_BANDS];
  if (image->n_bands == 1)
    return;
  for (unsigned i = 0; i < 2 * image->n_bands; i++)
    bands[i] = image->band[i] + at;
  mdsp_crossover_process (mdsp_image_crossover (image), in, bands, n);
}

static const float *
band_plane (const MdspImager *im, const MdspImage *image, unsigned band, unsigned channel)
{
  if (image->n_bands == 1)
    return channel ? im->side : im->mid;
  return image->band[2 * band + channel];
}

void
mdsp_image_mix (MdspImager *im, const MdspImage *image, float *mid, float *side, size_t at,
                size_t n)
{
  const MdspKernels *k = im->kernels;
  memcpy (mid, band_plane (im, image, 0, 0) + at, n * sizeof (float));
  mdsp_gain_line_apply (&image->gain[0], side, band_plane (im, image, 0, 1) + at, at, n, k);
  for (unsigned b = 1; b < image->n_bands; b++) {
    k->add_f32 (mid, band_plane (im, image, b, 0) + at, n);
    mdsp_gain_line_apply (&image->gain[b], im->scratch[2], band_plane (im, image, b, 1) + at, at, n,
                          k);
    k->add_f32 (side, im->scratch[2], n);
  }
}

bool
mdsp_image_has_extra (const MdspImage *image, unsigned band)
{
  return band < image->n_bands && !mdsp_gain_line_is (&image->extra[band], 0.0f);
}

void
mdsp_image_extra (MdspImager *im, const MdspImage *image, unsigned band, float *to, size_t at,
                  size_t n)
{
  if (mdsp_image_has_extra (image, band))
    mdsp_gain_line_apply (&image->extra[band], to, band_plane (im, image, band, 1) + at, at, n,
                          im->kernels);
  else
    memset (to, 0, n * sizeof (float));
}

/* Products of M and S as those of L and R, the side at a gain. */
void
mdsp_imager_add_products (double sums[3], const double p[3], double gain)
{
  const double side = gain * gain * p[1], cross = 2.0 * gain * p[2];
  sums[0] += p[0] + side + cross;
  sums[1] += p[0] + side - cross;
  sums[2] += p[0] - side;
}

/* <AA> <BB> <AB> over a segment, in one order on every machine. */
void
mdsp_imager_segment_products (const MdspImager *im, const float *a, const float *b, double p[3])
{
  double s[3][8] = { { 0.0 } };
  im->kernels->products_f64 (a, b, im->n_parts * (MDSP_GRID / 8), s);
  for (unsigned i = 0; i < 3; i++)
    p[i] =
        ((s[i][0] + s[i][4]) + (s[i][2] + s[i][6])) + ((s[i][1] + s[i][5]) + (s[i][3] + s[i][7]));
}

void
mdsp_image_measure (MdspImager *im, MdspImage *image)
{
  for (unsigned b = 0; b < image->n_bands; b++) {
    double *p = image->newest[b];
    mdsp_imager_segment_products (im, band_plane (im, image, b, 0), band_plane (im, image, b, 1),
                                  p);
    for (unsigned i = 0; i < 2; i++) {
      image->fast[b][i] += im->fast_share * (p[i] - image->fast[b][i]);
      image->slow[b][i] += im->slow_share * (p[i] - image->slow[b][i]);
      if (image->fast[b][i] < STATE_FLOOR)
        image->fast[b][i] = 0.0;
      if (image->slow[b][i] < STATE_FLOOR)
        image->slow[b][i] = 0.0;
    }
  }
}

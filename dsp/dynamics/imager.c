/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/imager.h"
#include "filter/ramp.h"
#include "kernels/dmath.h"
#include "measure/stereo.h"

#include <math.h> /* fabs, floor, sqrt */
#include <string.h>

#define WARM_MS     100.0
#define FAST_MS     50.0
#define SLOW_MS     1000.0
#define RELEASE_MS  500.0
#define STATE_FLOOR 1e-30
#define LOG2_E      1.4426950408889634

/* --- small parts -------------------------------------------------------------------------------- */

static double
clamp (double x, double low, double high)
{
  return x < low ? low : x > high ? high : x;
}

static unsigned
steps_of (double ms, double rate_hz)
{
  const double steps = ms * 0.001 * rate_hz / MDSP_GRID;
  return steps < 1.0 ? 1 : (unsigned) (steps + 0.5);
}

/* Share of the new value in a one-pole average on the grid. */
static double
share_of (double ms, double rate_hz)
{
  return 1.0 - mdsp_exp2 (-LOG2_E * MDSP_GRID / (ms * 0.001 * rate_hz));
}

static void
glide_to (MdspGlide *g, double target, unsigned steps)
{
  if (target == g->target)
    return;
  g->target = target;
  g->left = steps;
  g->step = (target - g->now) / steps;
}

static void
glide_jump (MdspGlide *g, double target)
{
  *g = (MdspGlide){ target, target, 0.0, 0 };
}

static double
glide_step (MdspGlide *g)
{
  if (g->left > 0)
    g->now = --g->left == 0 ? g->target : g->now + g->step;
  return g->now;
}

/* The segment that starts here ends at `node`; the curve is only drawn where it bends. */
static void
line_step (MdspGainLine *line, double node, const MdspKernels *k)
{
  line->node[0] = line->node[1];
  line->node[1] = (float) node;
  if (line->node[0] != line->node[1])
    k->ramp_f32 (line->curve, line->node, 1, MDSP_GRID);
}

static void
line_jump (MdspGainLine *line, double node)
{
  line->node[0] = line->node[1] = (float) node;
}

static bool
line_is (const MdspGainLine *line, float gain)
{
  return line->node[0] == gain && line->node[1] == gain;
}

/* dst = src * line, from frame `at` of the segment. */
static void
line_apply (const MdspGainLine *line, float *dst, const float *src, size_t at, size_t n,
            const MdspKernels *k)
{
  if (line->node[0] != line->node[1])
    k->mul_f32 (dst, src, line->curve + at, n);
  else
    k->gain_f32 (dst, src, line->node[0], n);
}

/* --- settings ----------------------------------------------------------------------------------- */

void
mdsp_imager_params_init (MdspImagerParams *params, double rate_hz)
{
  *params = (MdspImagerParams){ .rate_hz = rate_hz,
                                .width_low = 1.0,
                                .width_mid = 1.0,
                                .width_high = 1.0,
                                .crossover_low_hz = 250.0,
                                .crossover_high_hz = 4000.0 };
}

/* Edges in order and inside the band; everything else inside its range. */
static MdspImagerParams
legal (const MdspImagerParams *given, double rate_hz)
{
  MdspImagerParams p = *given;
  const double top = MDSP_CROSSOVER_MAX_RATIO * rate_hz;
  p.rate_hz = rate_hz;
  if (p.bass_mono_hz > 0.0)
    p.bass_mono_hz = clamp (p.bass_mono_hz, MDSP_CROSSOVER_MIN_HZ, top / 4.0);
  p.crossover_low_hz = clamp (p.crossover_low_hz, p.bass_mono_hz * 1.25, top / 2.0);
  p.crossover_low_hz = clamp (p.crossover_low_hz, MDSP_CROSSOVER_MIN_HZ, top / 2.0);
  p.crossover_high_hz = clamp (p.crossover_high_hz, p.crossover_low_hz * 1.25, top);
  p.side_highpass_hz = clamp (p.side_highpass_hz, 0.0, top);
  p.width_low = clamp (p.width_low, 0.0, MDSP_IMAGER_MAX_WIDTH);
  p.width_mid = clamp (p.width_mid, 0.0, MDSP_IMAGER_MAX_WIDTH);
  p.width_high = clamp (p.width_high, 0.0, MDSP_IMAGER_MAX_WIDTH);
  p.guard = clamp (p.guard, -1.0, 0.9);
  p.widen = clamp (p.widen, 0.0, 1.0);
  return p;
}

/* The bands that settings need. */
typedef struct {
  unsigned n_bands;
  double edge_hz[MDSP_IMAGER_MAX_BANDS - 1], width[MDSP_IMAGER_MAX_BANDS];
  int limited_band;
} Layout;

static void
add_band (Layout *l, double edge_hz, double next_width)
{
  l->edge_hz[l->n_bands - 1] = edge_hz;
  l->width[l->n_bands++] = next_width;
}

/* A split only where the widths differ, or the bass or the limiter asks for it. */
static Layout
layout_of (const MdspImagerParams *p)
{
  Layout l = { .n_bands = 1, .limited_band = -1 };
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

bool
mdsp_imager_params_neutral (const MdspImagerParams *p)
{
  const Layout l = layout_of (p);
  return l.n_bands == 1 && l.width[0] == 1.0 && p->balance_db == 0.0 &&
         p->side_highpass_hz == 0.0 && p->widen == 0.0;
}

/* Coefficient of the elliptical filter's integrator: g / (1 + g), g = tan (pi f / fs). */
static double
elliptic_coefficient (const MdspImagerParams *p)
{
  const double g = mdsp_tan (MDSP_PI * p->side_highpass_hz / p->rate_hz);
  return g / (1.0 + g);
}

/* --- an image ----------------------------------------------------------------------------------- */

static MdspCrossover *
crossover_of (MdspImage *image)
{
  return image->n_bands < 2 ? NULL : &image->crossover[image->n_bands - 2];
}

/* A width of which the guard lets a share of what is over 1 through. */
static double
widened (double width, double share)
{
  return width > 1.0 ? 1.0 + (width - 1.0) * share : width;
}

/* From nothing to these bands; `widening` as in MdspImage: nothing is known about the bands yet. */
static void
image_start (MdspImage *image, const Layout *l, double widening)
{
  image->n_bands = l->n_bands;
  image->limited_band = l->limited_band;
  for (unsigned b = 0; b < MDSP_IMAGER_MAX_BANDS; b++) {
    glide_jump (&image->width[b], b < l->n_bands ? l->width[b] : 1.0);
    image->widening[b] = widening;
    image->limit[b] = 1.0;
    line_jump (&image->gain[b], widened (image->width[b].now, widening));
  }
  memset (image->fast, 0, sizeof image->fast);
  memset (image->slow, 0, sizeof image->slow);
  if (crossover_of (image)) {
    mdsp_crossover_set (crossover_of (image), l->edge_hz);
    mdsp_crossover_reset (crossover_of (image));
  }
}

static double
least_widening (const MdspImage *image)
{
  double least = 1.0;
  for (unsigned b = 0; b < image->n_bands; b++)
    least = image->widening[b] < least ? image->widening[b] : least;
  return least;
}

static void
image_glide (MdspImage *image, const Layout *l, unsigned steps)
{
  image->limited_band = l->limited_band;
  for (unsigned b = 0; b < l->n_bands; b++)
    glide_to (&image->width[b], l->width[b], steps);
  if (crossover_of (image))
    mdsp_crossover_set (crossover_of (image), l->edge_hz);
}

/* Largest side gain at which P_S gain^2 <= ratio P_M, over both windows. */
static double
largest_gain (const MdspImage *image, unsigned band, double ratio)
{
  double most = __builtin_inf ();
  for (unsigned window = 0; window < 2; window++) {
    const double *p = window ? image->slow[band] : image->fast[band];
    const double gain = p[1] > 0.0 ? sqrt (ratio * p[0] / p[1]) : __builtin_inf ();
    most = gain < most ? gain : most;
  }
  return most;
}

/* Whether a band has been heard at all: before that there is nothing to decide from. */
static bool
is_known (const MdspImage *image, unsigned band)
{
  return image->slow[band][0] + image->slow[band][1] > 0.0;
}

/* P_S / P_M at which the correlation cannot be below the guard. */
static double
guarded_ratio (const MdspImager *im)
{
  return (1.0 - im->params.guard) / (1.0 + im->params.guard);
}

/* Down at once, up slowly. */
static void
follow (double *state, double wanted, double share)
{
  *state = wanted < *state ? wanted : *state + share * (wanted - *state);
}

/* The side's gain at the next node: the width, as far as the guard and the limiter let it. */
static double
band_gain (const MdspImager *im, MdspImage *image, unsigned b)
{
  const double width = glide_step (&image->width[b]);
  double wanted = 1.0;
  if (width > 1.0 && im->params.guard > -1.0)
    wanted = clamp ((largest_gain (image, b, guarded_ratio (im)) - 1.0) / (width - 1.0), 0.0, 1.0);
  if (is_known (image, b))
    follow (&image->widening[b], wanted, im->release_share);
  const double gain = widened (width, image->widening[b]);
  if ((int) b != image->limited_band)
    return gain;
  const double ratio = mdsp_power_from_db (-im->params.side_limit_db);
  const double most = largest_gain (image, b, ratio);
  follow (&image->limit[b], gain > most ? most / gain : 1.0, im->release_share);
  return gain * image->limit[b];
}

static void
image_step (MdspImager *im, MdspImage *image)
{
  for (unsigned b = 0; b < image->n_bands; b++)
    line_step (&image->gain[b], band_gain (im, image, b), im->kernels);
}

/* Splits what came in into this image's bands. */
static void
image_split (MdspImager *im, MdspImage *image, size_t at, size_t n)
{
  const float *const in[2] = { im->mid + at, im->side + at };
  float *bands[2 * MDSP_IMAGER_MAX_BANDS];
  if (image->n_bands == 1)
    return;
  for (unsigned i = 0; i < 2 * image->n_bands; i++)
    bands[i] = image->band[i] + at;
  mdsp_crossover_process (crossover_of (image), in, bands, n);
}

static const float *
band_plane (const MdspImager *im, const MdspImage *image, unsigned band, unsigned channel)
{
  if (image->n_bands == 1)
    return channel ? im->side : im->mid;
  return image->band[2 * band + channel];
}

/* Mid and side of this image. */
static void
image_mix (MdspImager *im, const MdspImage *image, float *mid, float *side, size_t at, size_t n)
{
  const MdspKernels *k = im->kernels;
  memcpy (mid, band_plane (im, image, 0, 0) + at, n * sizeof (float));
  line_apply (&image->gain[0], side, band_plane (im, image, 0, 1) + at, at, n, k);
  for (unsigned b = 1; b < image->n_bands; b++) {
    k->add_f32 (mid, band_plane (im, image, b, 0) + at, n);
    line_apply (&image->gain[b], im->scratch[2], band_plane (im, image, b, 1) + at, at, n, k);
    k->add_f32 (side, im->scratch[2], n);
  }
}

/* --- the grid ----------------------------------------------------------------------------------- */

/* Another number of bands than those that are heard: the other image starts, warms up, fades in. */
static void
change_image (MdspImager *im)
{
  if (im->changing > 0 && --im->changing == 0)
    im->current = !im->current;
  if (!im->has_news)
    return;
  const Layout l = layout_of (&im->params);
  MdspImage *newest = &im->image[im->changing > 0 ? !im->current : im->current];
  if (l.n_bands == newest->n_bands) {
    image_glide (newest, &l, im->glide_steps);
    im->has_news = false;
  } else if (im->changing == 0) {
    image_start (&im->image[!im->current], &l, least_widening (newest));
    im->changing = im->warm_steps + im->fade_steps;
    im->has_news = false;
  } /* else: once the change under way is over */
}

static double
widen_gain (MdspImager *im, const MdspImage *image)
{
  if (im->widen_wait > 0) {
    im->widen_wait--;
    return 0.0;
  }
  const double widen = MDSP_IMAGER_MAX_WIDEN * glide_step (&im->widen);
  double room = widen;
  if (widen == 0.0)
    return 0.0;
  /* sqrt (P_S) + widen sqrt (P_M) <= sqrt (ratio P_M): whatever S and the new part share */
  for (unsigned b = 0; b < image->n_bands && im->params.guard > -1.0; b++) {
    const double most = largest_gain (image, b, guarded_ratio (im)), now = image->gain[b].node[1];
    const double left = most < 1e9 ? (1.0 - now / most) * sqrt (guarded_ratio (im)) : widen;
    room = clamp (left, 0.0, room);
  }
  if (is_known (image, 0))
    follow (&im->widening, room / widen, im->release_share);
  return widen * im->widening;
}

/* What scales the whole so that its power stays: of the last second, 1 dB at most. */
static double
power_gain (const MdspImager *im, const MdspImage *image)
{
  const double most = mdsp_lin_from_db (MDSP_IMAGER_POWER_DB);
  double before = 0.0, after = 0.0;
  if (!im->params.preserve_power)
    return 1.0;
  for (unsigned b = 0; b < image->n_bands; b++) {
    const double gain = image->gain[b].node[1];
    before += image->slow[b][0] + image->slow[b][1];
    after += image->slow[b][0] + gain * gain * image->slow[b][1];
  }
  return after > 0.0 ? clamp (sqrt (before / after), 1.0 / most, most) : 1.0;
}

static bool
is_neutral (const MdspImager *im)
{
  const MdspImage *image = &im->image[im->current];
  return im->changing == 0 && image->n_bands == 1 && line_is (&image->gain[0], 1.0f) &&
         line_is (&im->left_gain, 1.0f) && line_is (&im->right_gain, 1.0f) &&
         line_is (&im->widen_gain, 0.0f) && im->elliptic_node[0] == 0.0 &&
         im->elliptic_node[1] == 0.0;
}

/* At a grid point: every gain of the segment that starts here. */
static void
begin_segment (MdspImager *im)
{
  change_image (im);
  MdspImage *current = &im->image[im->current], *other = &im->image[!im->current];
  image_step (im, current);
  if (im->changing > 0)
    image_step (im, other);
  const double db = glide_step (&im->balance_db);
  im->power_gain += im->slow_share * (power_gain (im, current) - im->power_gain);
  const double half = db == 0.0 ? 1.0 : mdsp_lin_from_db (db / 2.0);
  line_step (&im->left_gain, im->power_gain / half, im->kernels);
  line_step (&im->right_gain, im->power_gain * half, im->kernels);
  line_step (&im->widen_gain, widen_gain (im, current), im->kernels);
  im->elliptic_node[0] = im->elliptic_node[1];
  im->elliptic_node[1] = glide_step (&im->elliptic);
  glide_step (&im->elliptic_g);
  im->neutral = is_neutral (im);
}

/* Products of M and S as those of L and R, the side at a gain. */
static void
add_products (double sums[3], const double p[3], double gain)
{
  const double side = gain * gain * p[1], cross = 2.0 * gain * p[2];
  sums[0] += p[0] + side + cross;
  sums[1] += p[0] + side - cross;
  sums[2] += p[0] - side;
}

/* <AA> <BB> <AB> over a segment, in one order on every machine. */
static void
segment_products (const MdspImager *im, const float *a, const float *b, double p[3])
{
  double s[3][8] = { { 0.0 } };
  im->kernels->products_f64 (a, b, MDSP_GRID / 8, s);
  for (unsigned i = 0; i < 3; i++)
    p[i] =
        ((s[i][0] + s[i][4]) + (s[i][2] + s[i][6])) + ((s[i][1] + s[i][5]) + (s[i][3] + s[i][7]));
}

static void
measure_image (MdspImager *im, MdspImage *image, bool heard)
{
  for (unsigned b = 0; b < image->n_bands; b++) {
    double p[3];
    segment_products (im, band_plane (im, image, b, 0), band_plane (im, image, b, 1), p);
    for (unsigned i = 0; i < 3; i++) {
      image->fast[b][i] += im->fast_share * (p[i] - image->fast[b][i]);
      image->slow[b][i] += im->slow_share * (p[i] - image->slow[b][i]);
      if (fabs (image->fast[b][i]) < STATE_FLOOR)
        image->fast[b][i] = 0.0;
      if (fabs (image->slow[b][i]) < STATE_FLOOR)
        image->slow[b][i] = 0.0;
    }
    if (heard) {
      const MdspGainLine *gain = &image->gain[b];
      add_products (im->bands[b][0], p, 1.0);
      add_products (im->bands[b][1], p, 0.5 * ((double) gain->node[0] + gain->node[1]));
    }
  }
}

/* The segment is complete: what the next gains and the next reading follow from. */
static void
end_segment (MdspImager *im)
{
  MdspImage *image = &im->image[im->current];
  double p[3];
  if (im->n_read_bands != image->n_bands)
    memset (im->bands, 0, sizeof im->bands);
  im->n_read_bands = image->n_bands;
  measure_image (im, image, true);
  if (im->changing > 0)
    measure_image (im, &im->image[!im->current], false);
  segment_products (im, im->mid, im->side, p);
  add_products (im->whole[0], p, 1.0);
  if (im->neutral) {
    add_products (im->whole[1], p, 1.0);
  } else {
    double out[3];
    segment_products (im, im->out[0], im->out[1], out);
    for (unsigned i = 0; i < 3; i++)
      im->whole[1][i] += out[i];
  }
  if (fabs (im->elliptic_z) < STATE_FLOOR)
    im->elliptic_z = 0.0;
}

/* --- audio -------------------------------------------------------------------------------------- */

/* Takes its low-pass off the side, as much of it as the filter is on. */
static void
elliptic (MdspImager *im, float *side, size_t at, size_t n)
{
  const double start = im->elliptic_node[0], slope = im->elliptic_node[1] - start;
  if (start == 0.0 && slope == 0.0) {
    im->elliptic_z = 0.0;
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const double v = (side[i] - im->elliptic_z) * im->elliptic_g.now, low = v + im->elliptic_z;
    im->elliptic_z = low + v;
    side[i] = (float) (side[i] - (start + slope * ((double) (at + i) / MDSP_GRID)) * low);
  }
}

static void
add_widening (MdspImager *im, float *to, size_t at, size_t n)
{
  float *copy = im->scratch[2];
  if (im->widen.target == 0.0 && line_is (&im->widen_gain, 0.0f))
    return;
  mdsp_decorrelator_process (&im->decorrelator, copy, im->mid + at, n);
  line_apply (&im->widen_gain, copy, copy, at, n, im->kernels);
  im->kernels->add_f32 (to, copy, n);
}

/* One band: left and right stay, and get what the side changes by. */
static void
spread_one_band (MdspImager *im, float *left, float *right, size_t at, size_t n)
{
  float *side = im->scratch[0];
  line_apply (&im->image[im->current].gain[0], side, im->side + at, at, n, im->kernels);
  elliptic (im, side, at, n);
  add_widening (im, side, at, n);
  im->kernels->spread_f32 (left, right, side, im->side + at, n);
}

/* From mid and side, of one image or of both while one fades into the other. */
static void
spread_bands (MdspImager *im, float *left, float *right, size_t at, size_t n)
{
  const MdspKernels *k = im->kernels;
  float *mid = im->scratch[0], *side = im->scratch[1];
  image_mix (im, &im->image[im->current], mid, side, at, n);
  if (im->changing > 0 && im->changing <= im->fade_steps) {
    float other[2][MDSP_GRID + MDSP_PAD], weight[MDSP_GRID + MDSP_PAD];
    const float nodes[2] = { 1.0f - (float) im->changing / (float) im->fade_steps,
                             1.0f - (float) (im->changing - 1) / (float) im->fade_steps };
    k->ramp_f32 (weight, nodes, 1, MDSP_GRID);
    image_mix (im, &im->image[!im->current], other[0], other[1], at, n);
    k->mix_f32 (mid, mid, other[0], weight + at, n);
    k->mix_f32 (side, side, other[1], weight + at, n);
  }
  elliptic (im, side, at, n);
  add_widening (im, side, at, n);
  k->ms_decode_f32 (left, right, mid, side, n);
}

/* Frames `at` .. at + n of a segment. */
static void
process_part (MdspImager *im, float *left, float *right, size_t at, size_t n)
{
  const MdspKernels *k = im->kernels;
  k->ms_encode_f32 (im->mid + at, im->side + at, left, right, n);
  image_split (im, &im->image[im->current], at, n);
  if (im->changing > 0)
    image_split (im, &im->image[!im->current], at, n);
  if (im->neutral)
    return;
  if (im->image[im->current].n_bands == 1 && (im->changing == 0 || im->changing > im->fade_steps))
    spread_one_band (im, left, right, at, n);
  else
    spread_bands (im, left, right, at, n);
  if (!line_is (&im->left_gain, 1.0f))
    line_apply (&im->left_gain, left, left, at, n, k);
  if (!line_is (&im->right_gain, 1.0f))
    line_apply (&im->right_gain, right, right, at, n, k);
  memcpy (im->out[0] + at, left, n * sizeof (float));
  memcpy (im->out[1] + at, right, n * sizeof (float));
}

void
mdsp_imager_process (MdspImager *im, float *const planes[2], size_t n_frames)
{
  for (size_t done = 0; done < n_frames;) {
    const size_t at = (size_t) (im->n_frames % MDSP_GRID), left = MDSP_GRID - at;
    const size_t n = n_frames - done < left ? n_frames - done : left;
    if (at == 0)
      begin_segment (im);
    process_part (im, planes[0] + done, planes[1] + done, at, n);
    im->n_frames += n;
    done += n;
    if (n == left)
      end_segment (im);
  }
}

/* --- life --------------------------------------------------------------------------------------- */

static MdspStatus
init_crossovers (MdspImager *im)
{
  MdspStatus status = MDSP_OK;
  for (unsigned i = 0; i < 2; i++)
    for (unsigned b = 2; b <= MDSP_IMAGER_MAX_BANDS && status == MDSP_OK; b++) {
      const MdspCrossoverParams params = { .rate_hz = im->params.rate_hz,
                                           .n_channels = 2,
                                           .n_bands = b,
                                           .frequency_hz = { 100.0, 250.0, 3000.0 } };
      status = mdsp_crossover_init (&im->image[i].crossover[b - 2], &params, im->kernels);
    }
  return status;
}

MdspStatus
mdsp_imager_init (MdspImager *im, const MdspImagerParams *params, const MdspKernels *kernels)
{
  const double rate_hz = params->rate_hz;
  memset (im, 0, sizeof *im);
  if (!(rate_hz >= MDSP_RATE_MIN && rate_hz <= MDSP_RATE_MAX))
    return MDSP_ERROR_PARAM;
  im->kernels = kernels;
  im->params = legal (params, rate_hz);
  im->warm_steps = steps_of (WARM_MS, rate_hz);
  im->fade_steps = im->glide_steps = steps_of (MDSP_RAMP_MS, rate_hz);
  im->fast_share = share_of (FAST_MS, rate_hz);
  im->slow_share = share_of (SLOW_MS, rate_hz);
  im->release_share = share_of (RELEASE_MS, rate_hz);
  MdspStatus status = init_crossovers (im);
  if (status == MDSP_OK)
    status = mdsp_decorrelator_init (&im->decorrelator, rate_hz);
  if (status != MDSP_OK) {
    mdsp_imager_clear (im);
    return status;
  }
  mdsp_imager_reset (im);
  return MDSP_OK;
}

void
mdsp_imager_set (MdspImager *im, const MdspImagerParams *params)
{
  const MdspImagerParams *p = &im->params;
  im->params = legal (params, im->params.rate_hz);
  glide_to (&im->balance_db, p->balance_db, im->glide_steps);
  if (im->widen.target == 0.0 && im->widen.left == 0 && p->widen > 0.0) {
    mdsp_decorrelator_reset (&im->decorrelator);
    im->widen_wait = im->warm_steps;
  }
  glide_to (&im->widen, p->widen, im->glide_steps);
  glide_to (&im->elliptic, p->side_highpass_hz > 0.0, im->glide_steps);
  if (p->side_highpass_hz > 0.0)
    glide_to (&im->elliptic_g, elliptic_coefficient (p), im->glide_steps);
  im->has_news = true; /* for the bands, at the next grid point */
}

void
mdsp_imager_reset (MdspImager *im)
{
  const MdspImagerParams *p = &im->params;
  const Layout l = layout_of (p);
  const double half = mdsp_lin_from_db (p->balance_db / 2.0);
  im->current = im->changing = 0;
  im->has_news = false;
  /* The guard lets nothing through before it has heard something. */
  im->widening = p->guard > -1.0 ? 0.0 : 1.0;
  image_start (&im->image[0], &l, im->widening);
  glide_jump (&im->balance_db, p->balance_db);
  glide_jump (&im->widen, p->widen);
  glide_jump (&im->elliptic, p->side_highpass_hz > 0.0);
  glide_jump (&im->elliptic_g, elliptic_coefficient (p));
  im->elliptic_node[0] = im->elliptic_node[1] = im->elliptic.now;
  im->elliptic_z = 0.0;
  im->power_gain = 1.0;
  im->widen_wait = 0;
  line_jump (&im->left_gain, 1.0 / half);
  line_jump (&im->right_gain, half);
  line_jump (&im->widen_gain, MDSP_IMAGER_MAX_WIDEN * p->widen * im->widening);
  mdsp_decorrelator_reset (&im->decorrelator);
  im->n_frames = 0;
  memset (im->whole, 0, sizeof im->whole);
  memset (im->bands, 0, sizeof im->bands);
  im->n_read_bands = l.n_bands;
}

void
mdsp_imager_clear (MdspImager *im)
{
  for (unsigned i = 0; i < 2; i++)
    for (unsigned b = 0; b < MDSP_IMAGER_MAX_BANDS - 1; b++)
      mdsp_crossover_clear (&im->image[i].crossover[b]);
  mdsp_decorrelator_clear (&im->decorrelator);
}

void
mdsp_imager_take (MdspImager *im, MdspImagerReading *r)
{
  const MdspImage *image = &im->image[im->current];
  memset (r, 0, sizeof *r);
  r->n_bands = im->n_read_bands;
  for (unsigned b = 0; b < r->n_bands; b++) {
    r->edge_hz[b] = b + 1 < image->n_bands && image->n_bands == r->n_bands
                        ? mdsp_exp2 (image->crossover[image->n_bands - 2].target_log2[b])
                        : im->params.rate_hz / 2.0;
    r->before[b] = mdsp_stereo_reading (im->bands[b][0]).correlation;
    r->after[b] = mdsp_stereo_reading (im->bands[b][1]).correlation;
    r->width[b] = image->gain[b].node[1];
  }
  r->correlation_before = mdsp_stereo_reading (im->whole[0]).correlation;
  r->correlation_after = mdsp_stereo_reading (im->whole[1]).correlation;
  r->gain_db = mdsp_db_from_lin (im->power_gain);
  memset (im->whole, 0, sizeof im->whole);
  memset (im->bands, 0, sizeof im->bands);
  im->n_read_bands = image->n_bands;
}

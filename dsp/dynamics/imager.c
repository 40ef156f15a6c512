/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/imager_internal.h"
#include "filter/ramp.h"
#include "kernels/dmath.h"
#include "measure/stereo.h"

#include <math.h> /* fabs, floor, sqrt */
#include <string.h>

#define GRID_MS     5.0
#define WARM_MS     100.0
#define FAST_MS     20.0
#define SLOW_MS     1000.0
#define RELEASE_MS  1000.0
#define STATE_FLOOR 1e-30
#define LOG2_E      1.4426950408889634

/* --- small parts -------------------------------------------------------------------------------- */

/* A duration in units of n frames, at least one. */
static unsigned
steps_of (double ms, double rate_hz, unsigned n)
{
  const double steps = ms * 0.001 * rate_hz / n;
  return steps < 1.0 ? 1 : (unsigned) (steps + 0.5);
}

static unsigned
grid_of (const MdspImager *im)
{
  return im->n_parts * MDSP_GRID;
}

/* Share of the new value in a one-pole average on the grid. */
static double
share_of (const MdspImager *im, double ms)
{
  return 1.0 - mdsp_exp2 (-LOG2_E * grid_of (im) / (ms * 0.001 * im->params.rate_hz));
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
    p.bass_mono_hz = mdsp_imager_clamp (p.bass_mono_hz, MDSP_CROSSOVER_MIN_HZ, top / 4.0);
  p.crossover_low_hz = mdsp_imager_clamp (p.crossover_low_hz, p.bass_mono_hz * 1.25, top / 2.0);
  p.crossover_low_hz = mdsp_imager_clamp (p.crossover_low_hz, MDSP_CROSSOVER_MIN_HZ, top / 2.0);
  p.crossover_high_hz = mdsp_imager_clamp (p.crossover_high_hz, p.crossover_low_hz * 1.25, top);
  p.side_highpass_hz = mdsp_imager_clamp (p.side_highpass_hz, 0.0, top);
  p.width_low = mdsp_imager_clamp (p.width_low, 0.0, MDSP_IMAGER_MAX_WIDTH);
  p.width_mid = mdsp_imager_clamp (p.width_mid, 0.0, MDSP_IMAGER_MAX_WIDTH);
  p.width_high = mdsp_imager_clamp (p.width_high, 0.0, MDSP_IMAGER_MAX_WIDTH);
  p.guard = mdsp_imager_clamp (p.guard, -1.0, 0.9);
  p.widen = mdsp_imager_clamp (p.widen, 0.0, 1.0);
  return p;
}

bool
mdsp_imager_params_neutral (const MdspImagerParams *p)
{
  const MdspImageLayout l = mdsp_image_layout (p);
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

/* --- the grid ----------------------------------------------------------------------------------- */

/* Another number of bands than those that are heard: the other image starts, warms up, fades in. */
static void
change_image (MdspImager *im)
{
  if (im->changing > 0 && --im->changing == 0)
    im->current = !im->current;
  if (!im->has_news)
    return;
  const MdspImageLayout l = mdsp_image_layout (&im->params);
  MdspImage *newest = &im->image[im->changing > 0 ? !im->current : im->current];
  if (l.n_bands == newest->n_bands) {
    mdsp_image_glide (newest, &l, im->glide_steps);
    im->has_news = false;
  } else if (im->changing == 0) {
    mdsp_image_start (&im->image[!im->current], &l, mdsp_image_least_widening (newest));
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
  const double widen = MDSP_IMAGER_MAX_WIDEN * mdsp_glide_step (&im->widen);
  double room = widen;
  if (widen == 0.0)
    return 0.0;
  /* sqrt (P_S) + widen sqrt (P_M) <= sqrt (ratio P_M): whatever S and the new part share */
  for (unsigned b = 0; b < image->n_bands && im->params.guard > -1.0; b++) {
    const double most = mdsp_image_largest_gain (image, b, mdsp_imager_guarded_ratio (im)),
                 now = image->gain[b].node[1];
    const double left =
        most < 1e9 ? (1.0 - now / most) * sqrt (mdsp_imager_guarded_ratio (im)) : widen;
    room = mdsp_imager_clamp (left, 0.0, room);
  }
  if (mdsp_image_is_known (image, 0))
    mdsp_image_follow (&im->widening, room / widen, im->release_share);
  return widen * im->widening;
}

/* What scales the whole so that its power stays: of the last second, 1 dB at most. */
static double
power_gain (const MdspImager *im, const MdspImage *image)
{
  double before = 0.0, after = 0.0;
  if (!im->params.preserve_power)
    return 1.0;
  const double most = mdsp_lin_from_db (MDSP_IMAGER_POWER_DB);
  for (unsigned b = 0; b < image->n_bands; b++) {
    const double gain = image->gain[b].node[1];
    before += image->slow[b][0] + image->slow[b][1];
    after += image->slow[b][0] + gain * gain * image->slow[b][1];
  }
  return after > 0.0 ? mdsp_imager_clamp (sqrt (before / after), 1.0 / most, most) : 1.0;
}

/* Only width and balance, in one band. */
static bool
follows (const MdspImager *im)
{
  return im->changing == 0 && im->image[im->current].n_bands == 1 && im->widen.target == 0.0 &&
         mdsp_gain_line_is (&im->widen_gain, 0.0f) && im->elliptic_node[0] == 0.0 &&
         im->elliptic_node[1] == 0.0;
}

static bool
is_neutral (const MdspImager *im)
{
  return im->follows && mdsp_gain_line_is (&im->image[im->current].gain[0], 1.0f) &&
         mdsp_gain_line_is (&im->left_gain, 1.0f) && mdsp_gain_line_is (&im->right_gain, 1.0f);
}

/* At a grid point: every gain of the segment that starts here. */
static void
begin_segment (MdspImager *im)
{
  change_image (im);
  MdspImage *current = &im->image[im->current], *other = &im->image[!im->current];
  mdsp_image_step (im, current);
  if (im->changing > 0)
    mdsp_image_step (im, other);
  if (im->balance_db.left > 0)
    im->half_balance = mdsp_lin_from_db (mdsp_glide_step (&im->balance_db) / 2.0);
  im->power_gain += im->slow_share * (power_gain (im, current) - im->power_gain);
  mdsp_gain_line_step (&im->left_gain, im->power_gain / im->half_balance, im->n_parts, im->kernels);
  mdsp_gain_line_step (&im->right_gain, im->power_gain * im->half_balance, im->n_parts,
                       im->kernels);
  mdsp_gain_line_step (&im->widen_gain, widen_gain (im, current), im->n_parts, im->kernels);
  im->elliptic_node[0] = im->elliptic_node[1];
  im->elliptic_node[1] = mdsp_glide_step (&im->elliptic);
  mdsp_glide_step (&im->elliptic_g);
  im->follows = follows (im);
  im->neutral = is_neutral (im);
}

/* What came out: with one band it follows from what came in, as long as nothing was added. */
static void
see_output (MdspImager *im, const double p[3])
{
  const MdspGainLine *gain = &im->image[im->current].gain[0];
  double out[3] = { 0.0, 0.0, 0.0 };
  if (im->follows) {
    const double left = mdsp_gain_line_mean (&im->left_gain);
    const double right = mdsp_gain_line_mean (&im->right_gain);
    mdsp_imager_add_products (out, p, mdsp_gain_line_mean (gain));
    out[0] *= left * left;
    out[1] *= right * right;
    out[2] *= left * right;
  } else {
    mdsp_imager_segment_products (im, im->out[0], im->out[1], out);
  }
  for (unsigned i = 0; i < 3; i++)
    im->whole[1][i] += out[i];
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
  mdsp_image_measure (im, image, true);
  if (im->changing > 0)
    mdsp_image_measure (im, &im->image[!im->current], false);
  if (image->n_bands == 1)
    memcpy (p, image->newest[0], sizeof p);
  else
    mdsp_imager_segment_products (im, im->mid, im->side, p);
  mdsp_imager_add_products (im->whole[0], p, 1.0);
  see_output (im, p);
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
    side[i] = (float) (side[i] - (start + slope * ((double) (at + i) / grid_of (im))) * low);
  }
}

static void
add_widening (MdspImager *im, float *to, size_t at, size_t n)
{
  float *copy = im->scratch[2];
  if (im->widen.target == 0.0 && mdsp_gain_line_is (&im->widen_gain, 0.0f))
    return;
  mdsp_decorrelator_process (&im->decorrelator, copy, im->mid + at, n);
  mdsp_gain_line_apply (&im->widen_gain, copy, copy, at, n, im->kernels);
  im->kernels->add_f32 (to, copy, n);
}

/* One band: left and right stay, and get what the side changes by. */
static void
spread_one_band (MdspImager *im, float *left, float *right, size_t at, size_t n)
{
  float *side = im->scratch[0];
  mdsp_gain_line_apply (&im->image[im->current].gain[0], side, im->side + at, at, n, im->kernels);
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
  mdsp_image_mix (im, &im->image[im->current], mid, side, at, n);
  if (im->changing > 0 && im->changing <= im->fade_steps) {
    const float nodes[2] = { 1.0f - (float) im->changing / (float) im->fade_steps,
                             1.0f - (float) (im->changing - 1) / (float) im->fade_steps };
    mdsp_gain_line_draw (im->weight, nodes, im->n_parts, k);
    mdsp_image_mix (im, &im->image[!im->current], im->other[0], im->other[1], at, n);
    k->mix_f32 (mid, mid, im->other[0], im->weight + at, n);
    k->mix_f32 (side, side, im->other[1], im->weight + at, n);
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
  mdsp_image_split (im, &im->image[im->current], at, n);
  if (im->changing > 0)
    mdsp_image_split (im, &im->image[!im->current], at, n);
  if (im->neutral)
    return;
  if (im->image[im->current].n_bands == 1 && (im->changing == 0 || im->changing > im->fade_steps))
    spread_one_band (im, left, right, at, n);
  else
    spread_bands (im, left, right, at, n);
  if (!mdsp_gain_line_is (&im->left_gain, 1.0f))
    mdsp_gain_line_apply (&im->left_gain, left, left, at, n, k);
  if (!mdsp_gain_line_is (&im->right_gain, 1.0f))
    mdsp_gain_line_apply (&im->right_gain, right, right, at, n, k);
  if (im->follows)
    return;
  memcpy (im->out[0] + at, left, n * sizeof (float));
  memcpy (im->out[1] + at, right, n * sizeof (float));
}

void
mdsp_imager_process (MdspImager *im, float *const planes[2], size_t n_frames)
{
  for (size_t done = 0; done < n_frames;) {
    const size_t at = (size_t) (im->n_frames % grid_of (im)), left = grid_of (im) - at;
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
  im->n_parts = steps_of (GRID_MS, rate_hz, MDSP_GRID);
  im->warm_steps = steps_of (WARM_MS, rate_hz, grid_of (im));
  im->fade_steps = im->glide_steps = steps_of (MDSP_RAMP_MS, rate_hz, grid_of (im));
  im->fast_share = share_of (im, FAST_MS);
  im->slow_share = share_of (im, SLOW_MS);
  im->release_share = share_of (im, RELEASE_MS);
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
  mdsp_glide_to (&im->balance_db, p->balance_db, im->glide_steps);
  if (im->widen.target == 0.0 && im->widen.left == 0 && p->widen > 0.0) {
    mdsp_decorrelator_reset (&im->decorrelator);
    im->widen_wait = im->warm_steps;
  }
  mdsp_glide_to (&im->widen, p->widen, im->glide_steps);
  mdsp_glide_to (&im->elliptic, p->side_highpass_hz > 0.0, im->glide_steps);
  if (p->side_highpass_hz > 0.0)
    mdsp_glide_to (&im->elliptic_g, elliptic_coefficient (p), im->glide_steps);
  im->has_news = true; /* for the bands, at the next grid point */
}

void
mdsp_imager_reset (MdspImager *im)
{
  const MdspImagerParams *p = &im->params;
  const MdspImageLayout l = mdsp_image_layout (p);
  im->half_balance = mdsp_lin_from_db (p->balance_db / 2.0);
  im->current = im->changing = 0;
  im->has_news = false;
  /* The guard lets nothing through before it has heard something. */
  im->widening = p->guard > -1.0 ? 0.0 : 1.0;
  mdsp_image_start (&im->image[0], &l, im->widening);
  mdsp_glide_jump (&im->balance_db, p->balance_db);
  mdsp_glide_jump (&im->widen, p->widen);
  mdsp_glide_jump (&im->elliptic, p->side_highpass_hz > 0.0);
  mdsp_glide_jump (&im->elliptic_g, elliptic_coefficient (p));
  im->elliptic_node[0] = im->elliptic_node[1] = im->elliptic.now;
  im->elliptic_z = 0.0;
  im->power_gain = 1.0;
  im->widen_wait = 0;
  mdsp_gain_line_jump (&im->left_gain, 1.0 / im->half_balance);
  mdsp_gain_line_jump (&im->right_gain, im->half_balance);
  mdsp_gain_line_jump (&im->widen_gain, MDSP_IMAGER_MAX_WIDEN * p->widen * im->widening);
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
  r->heard = im->whole[0][0] + im->whole[0][1] > 0.0;
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

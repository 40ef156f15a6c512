/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/imager_internal.h"
#include "filter/ramp.h"
#include "kernels/dmath.h"
#include "measure/stereo.h"

#include <math.h> /* fabs, floor, sqrt */
#include <stdlib.h>
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

/* Share of the new value in a one-pole average on the grid. */
static double
share_of (const MdspImager *im, double ms)
{
  return 1.0 - mdsp_exp2 (-LOG2_E * mdsp_imager_grid (im) / (ms * 0.001 * im->params.rate_hz));
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
                                .crossover_high_hz = 4000.0,
                                .lookahead_ms = MDSP_IMAGER_LOOKAHEAD_MS };
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
  p.lookahead_ms = mdsp_imager_clamp (p.lookahead_ms, 0.0, MDSP_IMAGER_MAX_LOOKAHEAD_MS);
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

bool
mdsp_imager_params_look_ahead (const MdspImagerParams *p)
{
  const bool widens = p->will_move || p->width_low > 1.0 || p->width_mid > 1.0 ||
                      p->width_high > 1.0 || p->widen > 0.0;
  return widens && p->guard > -1.0 && p->lookahead_ms > 0.0;
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
    mdsp_image_start (im, &im->image[!im->current], &l);
    im->changing = im->warm_steps + im->fade_steps;
    im->has_news = false;
  } /* else: once the change under way is over */
}

/* The image that is heard, or soon will be. */
static MdspImage *
coming_image (MdspImager *im)
{
  const bool fades = im->changing > 0 && im->changing <= im->fade_steps;
  return &im->image[fades ? !im->current : im->current];
}

static double
widen_gain (MdspImager *im)
{
  if (im->widen_wait > 0) {
    im->widen_wait--;
    return 0.0;
  }
  return MDSP_IMAGER_MAX_WIDEN * mdsp_glide_step (&im->widen);
}

/* What scales the whole so that its power stays: of the last second, 1 dB at most. */
static double
power_gain (const MdspImager *im)
{
  if (!im->params.preserve_power || im->power[1] == 0.0)
    return 1.0;
  const double most = mdsp_lin_from_db (MDSP_IMAGER_POWER_DB);
  return mdsp_imager_clamp (sqrt (im->power[0] / im->power[1]), 1.0 / most, most);
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
part_is_on (const MdspImager *im, unsigned part)
{
  if (part == MDSP_IMAGER_WIDEN)
    return !mdsp_gain_line_is (&im->widen_gain, 0.0f);
  return mdsp_image_has_extra (&im->image[im->current], part) ||
         (im->changing > 0 && mdsp_image_has_extra (&im->image[!im->current], part));
}

/* At a grid point, what comes in: every gain of the segment that starts here. */
static void
begin_arriving (MdspImager *im)
{
  const MdspImage *other = &im->image[!im->current], *image = &im->image[im->current];
  MdspImagerSegment *s = &im->segments[im->newest];
  mdsp_image_step (im, &im->image[im->current]);
  if (im->changing > 0)
    mdsp_image_step (im, &im->image[!im->current]);
  if (im->balance_db.left > 0)
    im->half_balance = mdsp_lin_from_db (mdsp_glide_step (&im->balance_db) / 2.0);
  mdsp_gain_line_step (&im->widen_gain, widen_gain (im), im->n_parts, im->kernels);
  im->elliptic_node[0] = im->elliptic_node[1];
  im->elliptic_node[1] = mdsp_glide_step (&im->elliptic);
  mdsp_glide_step (&im->elliptic_g);
  s->half_balance = im->half_balance;
  s->follows = follows (im);
  s->extra[MDSP_IMAGER_WIDEN] = im->widen_gain.node[1];
  for (unsigned b = 0; b < MDSP_IMAGER_MAX_BANDS; b++) {
    const bool comes = im->changing > 0 && b < other->n_bands;
    const double extra = b < image->n_bands ? image->extra[b].node[1] : 0.0;
    const double coming = comes ? other->extra[b].node[1] : 0.0;
    s->gain[b] = b < image->n_bands ? mdsp_gain_line_mean (&image->gain[b]) : 1.0;
    s->extra[b] = coming > extra ? coming : extra;
  }
  for (unsigned i = 0; i < MDSP_IMAGER_PARTS; i++) {
    if (part_is_on (im, i))
      im->part_age[i] = 0;
    else if (im->part_age[i] <= im->latency)
      im->part_age[i]++;
  }
}

/* And what goes out. */
static void
begin_leaving (MdspImager *im)
{
  const MdspImagerSegment *s = &im->segments[im->leaving];
  mdsp_imager_guard_step (im);
  im->power_gain += im->slow_share * (power_gain (im) - im->power_gain);
  mdsp_gain_line_step (&im->left_gain, im->power_gain / s->half_balance, im->n_parts, im->kernels);
  mdsp_gain_line_step (&im->right_gain, im->power_gain * s->half_balance, im->n_parts, im->kernels);
}

/* The side's gain in a band of the outgoing segment, at its middle. */
static double
side_gain (const MdspImager *im, unsigned band)
{
  const MdspImagerSegment *s = &im->segments[im->leaving];
  return s->gain[band] + s->extra[band] * mdsp_gain_line_mean (&im->through[band]);
}

/* What came out: with one band it follows from what came in, as long as nothing was added. */
static void
see_output (MdspImager *im, const MdspImagerSegment *s)
{
  double out[3] = { 0.0, 0.0, 0.0 };
  if (s->follows) {
    const double left = mdsp_gain_line_mean (&im->left_gain);
    const double right = mdsp_gain_line_mean (&im->right_gain);
    mdsp_imager_add_products (out, s->whole, side_gain (im, 0));
    out[0] *= left * left;
    out[1] *= right * right;
    out[2] *= left * right;
  } else {
    mdsp_imager_segment_products (im, im->out[0], im->out[1], out);
  }
  for (unsigned i = 0; i < 3; i++)
    im->whole[1][i] += out[i];
}

/* What came in is complete. */
static void
end_arriving (MdspImager *im)
{
  MdspImage *image = &im->image[im->current];
  MdspImagerSegment *s = &im->segments[im->newest];
  mdsp_image_measure (im, image);
  if (im->changing > 0)
    mdsp_image_measure (im, &im->image[!im->current]);
  s->n_bands = image->n_bands;
  memcpy (s->bands, image->newest, sizeof s->bands);
  if (image->n_bands == 1)
    memcpy (s->whole, image->newest[0], sizeof s->whole);
  else
    mdsp_imager_segment_products (im, im->mid, im->side, s->whole);
  mdsp_imager_guard_push (im, coming_image (im));
  for (unsigned i = 0; i <= MDSP_IMAGER_MAX_BANDS; i++)
    if (fabs (im->elliptic_z[i]) < STATE_FLOOR)
      im->elliptic_z[i] = 0.0;
}

/* What went out is complete: the next reading follows from it. */
static void
end_leaving (MdspImager *im)
{
  const MdspImagerSegment *s = &im->segments[im->leaving];
  double power[2] = { 0.0, 0.0 };
  if (im->n_read_bands != s->n_bands)
    memset (im->bands, 0, sizeof im->bands);
  im->n_read_bands = s->n_bands;
  for (unsigned b = 0; b < s->n_bands; b++) {
    const double *p = s->bands[b], gain = side_gain (im, b);
    mdsp_imager_add_products (im->bands[b][0], p, 1.0);
    mdsp_imager_add_products (im->bands[b][1], p, gain);
    power[0] += p[0] + p[1];
    power[1] += p[0] + gain * gain * p[1];
  }
  for (unsigned i = 0; i < 2; i++) {
    im->power[i] += im->slow_share * (power[i] - im->power[i]);
    if (im->power[i] < STATE_FLOOR)
      im->power[i] = 0.0;
  }
  mdsp_imager_add_products (im->whole[0], s->whole, 1.0);
  see_output (im, s);
}

/* At a grid point; the fade of the images is a line over the segment. */
static void
begin_segment (MdspImager *im)
{
  change_image (im);
  begin_arriving (im);
  begin_leaving (im);
  if (mdsp_imager_is_fading (im)) {
    const float nodes[2] = { 1.0f - (float) im->changing / (float) im->fade_steps,
                             1.0f - (float) (im->changing - 1) / (float) im->fade_steps };
    mdsp_gain_line_draw (im->weight, nodes, im->n_parts, im->kernels);
  }
}

static void
end_segment (MdspImager *im)
{
  end_arriving (im);
  end_leaving (im);
  im->newest = im->leaving;
  im->leaving = im->leaving == im->latency ? 0 : im->leaving + 1;
}

void
mdsp_imager_process (MdspImager *im, float *const planes[2], size_t n_frames)
{
  for (size_t done = 0; done < n_frames;) {
    const size_t at = (size_t) (im->n_frames % mdsp_imager_grid (im)),
                 left = mdsp_imager_grid (im) - at;
    const size_t n = n_frames - done < left ? n_frames - done : left;
    if (at == 0)
      begin_segment (im);
    mdsp_imager_sound (im, planes[0] + done, planes[1] + done, at, n);
    im->n_frames += n;
    done += n;
    if (n == left)
      end_segment (im);
  }
}

unsigned
mdsp_imager_latency (const MdspImager *im)
{
  return im->latency * mdsp_imager_grid (im);
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

static MdspStatus
init_delays (MdspImager *im)
{
  MdspStatus status = MDSP_OK;
  im->segments = calloc (im->latency + 1, sizeof *im->segments);
  if (im->segments == NULL)
    return MDSP_ERROR_MEMORY;
  if (im->latency == 0)
    return MDSP_OK;
  status = mdsp_delay_init (&im->delay, 2, mdsp_imager_latency (im));
  for (unsigned i = 0; i < MDSP_IMAGER_PARTS && status == MDSP_OK; i++)
    status = mdsp_delay_init (&im->part_delay[i], 1, mdsp_imager_latency (im));
  return status;
}

/* Before the stream there is silence at the settings it begins with. */
static void
reset_delays (MdspImager *im)
{
  MdspImagerSegment before = { .n_bands = im->image[0].n_bands,
                               .follows = true,
                               .half_balance = im->half_balance };
  for (unsigned b = 0; b < MDSP_IMAGER_MAX_BANDS; b++)
    before.extra[b] = im->image[0].extra[b].node[1];
  before.extra[MDSP_IMAGER_WIDEN] = im->widen_gain.node[1];
  for (unsigned i = 0; i <= im->latency; i++)
    im->segments[i] = before;
  im->newest = 0;
  im->leaving = im->latency == 0 ? 0 : 1;
  for (unsigned i = 0; i < MDSP_IMAGER_PARTS; i++)
    im->part_age[i] = im->latency + 1;
  if (im->latency == 0)
    return;
  mdsp_delay_reset (&im->delay);
  for (unsigned i = 0; i < MDSP_IMAGER_PARTS; i++)
    mdsp_delay_reset (&im->part_delay[i]);
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
  im->warm_steps = steps_of (WARM_MS, rate_hz, mdsp_imager_grid (im));
  im->fade_steps = im->glide_steps = steps_of (MDSP_RAMP_MS, rate_hz, mdsp_imager_grid (im));
  im->fast_share = share_of (im, FAST_MS);
  im->slow_share = share_of (im, SLOW_MS);
  im->release_share = share_of (im, RELEASE_MS);
  MdspStatus status = init_crossovers (im);
  if (status == MDSP_OK)
    status = mdsp_decorrelator_init (&im->decorrelator, rate_hz);
  if (status == MDSP_OK)
    status = mdsp_imager_guard_init (im);
  if (status == MDSP_OK)
    status = init_delays (im);
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
  mdsp_image_start (im, &im->image[0], &l);
  mdsp_glide_jump (&im->balance_db, p->balance_db);
  mdsp_glide_jump (&im->widen, p->widen);
  mdsp_glide_jump (&im->elliptic, p->side_highpass_hz > 0.0);
  mdsp_glide_jump (&im->elliptic_g, elliptic_coefficient (p));
  im->elliptic_node[0] = im->elliptic_node[1] = im->elliptic.now;
  memset (im->elliptic_z, 0, sizeof im->elliptic_z);
  memset (im->power, 0, sizeof im->power);
  im->power_gain = 1.0;
  im->widen_wait = 0;
  mdsp_gain_line_jump (&im->left_gain, 1.0 / im->half_balance);
  mdsp_gain_line_jump (&im->right_gain, im->half_balance);
  mdsp_gain_line_jump (&im->widen_gain, MDSP_IMAGER_MAX_WIDEN * p->widen);
  mdsp_decorrelator_reset (&im->decorrelator);
  mdsp_imager_guard_reset (im);
  reset_delays (im);
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
  mdsp_imager_guard_clear (im);
  mdsp_delay_clear (&im->delay);
  for (unsigned i = 0; i < MDSP_IMAGER_PARTS; i++)
    mdsp_delay_clear (&im->part_delay[i]);
  free (im->segments);
  im->segments = NULL;
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
    r->width[b] = side_gain (im, b);
  }
  r->correlation_before = mdsp_stereo_reading (im->whole[0]).correlation;
  r->correlation_after = mdsp_stereo_reading (im->whole[1]).correlation;
  r->gain_db = mdsp_db_from_lin (im->power_gain);
  memset (im->whole, 0, sizeof im->whole);
  memset (im->bands, 0, sizeof im->bands);
  im->n_read_bands = image->n_bands;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the guard lets through of the widths and of the decorrelated mid.
 */
#include "dynamics/imager_internal.h"
#include "kernels/dmath.h"

#include <math.h> /* sqrt */
#include <string.h>

#define MOMENT_MS 20.0
#define BOX_MS    40.0
#define PAST_MS   1000.0 /* what is gone by without a look-ahead */

static unsigned
steps_of (const MdspImager *im, double ms)
{
  const double steps = ms * 0.001 * im->params.rate_hz / (im->n_parts * MDSP_GRID);
  return steps < 1.0 ? 1 : (unsigned) (steps + 0.5);
}

/* sqrt (r) of width_guard.h: the largest gain of a side as strong as the mid. */
static double
guarded_ratio (double guard)
{
  return sqrt ((1.0 - guard) / (1.0 + guard));
}

/* By Minkowski's inequality sqrt (P_S) gain + widen sqrt (P_M) <= sqrt (r P_M) is enough, whatever the side
 * and the new part share; up to r = 1, beyond which what they share with the mid counts. The
 * decorrelator keeps the power of the mid. */
static double
room_to_widen (const MdspImager *im, double mid_over_side, double width)
{
  const double ratio = guarded_ratio (im->params.guard), largest = ratio * mid_over_side;
  const double gain = width < 1.0 || width < largest ? width : largest < 1.0 ? 1.0 : largest;
  if (mid_over_side == 0.0)
    return 0.0;
  return mdsp_imager_clamp ((ratio < 1.0 ? ratio : 1.0) - gain / mid_over_side, 0.0,
                            MDSP_IMAGER_MAX_WIDEN);
}

/* How much of each part the spans around the next node bear. */
static void
find_allowed (const MdspImager *im, double allowed[MDSP_IMAGER_PARTS])
{
  const MdspImage *image = &im->image[im->current];
  memset (allowed, 0, MDSP_IMAGER_PARTS * sizeof *allowed);
  allowed[MDSP_IMAGER_WIDEN] = MDSP_IMAGER_MAX_WIDEN;
  for (unsigned b = 0; b < im->n_guarded; b++) {
    const double ratio = sqrt (mdsp_width_guard_ratio (&im->guard[b], im->params.guard));
    const double room = room_to_widen (im, ratio, image->width[b].now);
    allowed[b] =
        mdsp_imager_clamp (guarded_ratio (im->params.guard) * ratio, 1.0, MDSP_IMAGER_MAX_WIDTH) -
        1.0;
    if (room < allowed[MDSP_IMAGER_WIDEN])
      allowed[MDSP_IMAGER_WIDEN] = room;
  }
}

static bool
is_idle (const MdspImager *im)
{
  for (unsigned i = 0; i < MDSP_IMAGER_PARTS; i++)
    if (im->part_age[i] <= im->latency)
      return false;
  return true;
}

/* A part that is nothing needs no line: it begins with nothing as well. */
static void
let_through (MdspImager *im, unsigned part, double allowed)
{
  if (im->part_age[part] > im->latency)
    return;
  const double wanted = im->segments[im->leaving].extra[part];
  mdsp_gain_line_step (&im->through[part], wanted > allowed ? allowed / wanted : 1.0, im->n_parts,
                       im->kernels);
}

/* Without a look-ahead nothing goes through before something was heard, and what the guard lets through
 * when widening begins is known at once. */
void
mdsp_imager_guard_step (MdspImager *im)
{
  double allowed[MDSP_IMAGER_PARTS];
  const bool is_off = im->params.guard <= -1.0;
  const bool is_deaf =
      im->latency == 0 && (is_idle (im) || !mdsp_width_guard_heard (&im->guard[0]));
  if (is_off || is_deaf) {
    for (unsigned i = 0; i < MDSP_IMAGER_PARTS; i++)
      let_through (im, i, is_off ? MDSP_IMAGER_MAX_WIDTH : im->allowed[i].released);
    im->is_watching = false;
    return;
  }
  find_allowed (im, allowed);
  for (unsigned i = 0; i < MDSP_IMAGER_PARTS; i++) {
    if (!im->is_watching)
      mdsp_width_guard_gain_reset (&im->allowed[i], allowed[i]);
    let_through (
        im, i,
        mdsp_width_guard_gain (&im->allowed[i], &im->guard_params, allowed[i], im->release_share));
  }
  im->is_watching = true;
}

/* Bands that are new go on from what was known of those above them; bands that are gone, but have not
 * left yet, hear what the highest one hears. */
void
mdsp_imager_guard_push (MdspImager *im, const MdspImage *image)
{
  const unsigned before = im->n_guarded;
  for (unsigned b = before; b < image->n_bands; b++) {
    mdsp_width_guard_copy (&im->guard[b], &im->guard[before - 1]);
    im->allowed[b] = im->allowed[before - 1];
  }
  im->n_guarded = image->n_bands;
  for (unsigned b = im->n_guarded; b < before; b++)
    if (im->part_age[b] <= im->latency)
      im->n_guarded = b + 1;
  for (unsigned b = 0; b < im->n_guarded; b++) {
    const unsigned heard = b < image->n_bands ? b : image->n_bands - 1;
    mdsp_width_guard_push (&im->guard[b], image->newest[heard], im->params.guard);
  }
}

MdspStatus
mdsp_imager_guard_init (MdspImager *im)
{
  MdspWidthGuardParams *p = &im->guard_params;
  p->looks_ahead = mdsp_imager_params_look_ahead (&im->params);
  p->span = steps_of (im, p->looks_ahead ? im->params.lookahead_ms : PAST_MS);
  p->moment = steps_of (im, MOMENT_MS);
  p->moment = p->moment < p->span ? p->moment : p->span;
  p->box = p->looks_ahead ? steps_of (im, BOX_MS) : 1;
  im->latency = mdsp_width_guard_latency (p);
  for (unsigned b = 0; b < MDSP_IMAGER_MAX_BANDS; b++) {
    const MdspStatus status = mdsp_width_guard_init (&im->guard[b], p);
    if (status != MDSP_OK)
      return status;
  }
  return MDSP_OK;
}

/* With a look-ahead all is known when the first frame leaves. */
void
mdsp_imager_guard_reset (MdspImager *im)
{
  const double start = im->latency > 0 ? MDSP_IMAGER_MAX_WIDTH : 0.0;
  const bool is_open = im->latency > 0 || im->params.guard <= -1.0;
  for (unsigned b = 0; b < MDSP_IMAGER_MAX_BANDS; b++)
    mdsp_width_guard_reset (&im->guard[b]);
  for (unsigned i = 0; i < MDSP_IMAGER_PARTS; i++) {
    mdsp_width_guard_gain_reset (&im->allowed[i], start);
    mdsp_gain_line_jump (&im->through[i], is_open);
  }
  im->n_guarded = im->image[im->current].n_bands;
  im->is_watching = im->latency > 0;
}

void
mdsp_imager_guard_clear (MdspImager *im)
{
  for (unsigned b = 0; b < MDSP_IMAGER_MAX_BANDS; b++)
    mdsp_width_guard_clear (&im->guard[b]);
}

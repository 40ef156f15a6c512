/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/limiter_stage.h"
#include "kernels/dmath.h"

#include <math.h> /* floor */
#include <stdlib.h>
#include <string.h>

#define BLOCK_GROUPS (MDSP_MAX_BLOCK / MDSP_GROUP)

static int64_t
floor_div (int64_t a, int64_t b)
{
  return a >= 0 ? a / b : -((b - 1 - a) / b);
}

static unsigned
groups_of (double ms, double rate_hz)
{
  double groups = ms * 0.001 * rate_hz / MDSP_GROUP;
  return (unsigned) -floor (-groups);
}

static void
design (MdspLimiterStage *s)
{
  const MdspLimiterStageParams *p = &s->params;
  MdspEnvelopeParams envelope = {
    .group_rate_hz = p->rate_hz / MDSP_GROUP,
    .lookahead = s->lookahead,
    .hold_ms = p->hold_ms,
    .release_ms = p->release_ms,
    .auto_release = p->auto_release,
  };
  mdsp_envelope_design (&s->design, &envelope);
}

unsigned
mdsp_limiter_stage_latency (const MdspLimiterStage *s)
{
  return MDSP_GROUP * s->lookahead + 15 + s->filter.half;
}

MdspStatus
mdsp_limiter_stage_init (MdspLimiterStage *s, const MdspLimiterStageParams *params, int64_t offset,
                         const MdspKernels *kernels)
{
  memset (s, 0, sizeof *s);
  MdspStatus status = mdsp_interpolator_design (&s->filter, params->oversampling, params->taps);
  if (status != MDSP_OK)
    return status;
  s->kernels = kernels;
  s->params = *params;
  s->offset = offset;
  s->lookahead = groups_of (params->lookahead_ms, params->rate_hz);
  s->lookahead = s->lookahead < 1 ? 1 : s->lookahead;
  s->trigger = mdsp_lin_from_db (-params->trigger_db);
  s->margin = mdsp_lin_from_db (-params->margin_db);
  design (s);
  const size_t delay = mdsp_limiter_stage_latency (s);
  /* what leaves, and what the detector reads around the first group that is not complete */
  const size_t read = 2 * s->filter.half + MDSP_GROUP, keep = delay > read ? delay : read;
  s->envelopes = calloc (params->n_channels, sizeof *s->envelopes);
  s->stats = calloc (params->n_channels, sizeof *s->stats);
  bool failed =
      s->envelopes == NULL || s->stats == NULL ||
      mdsp_history_init (&s->input, params->n_channels, keep, MDSP_MAX_BLOCK, 0.0f) != MDSP_OK ||
      mdsp_history_init (&s->nodes, params->n_channels, delay / MDSP_GROUP + 2 * BLOCK_GROUPS,
                         BLOCK_GROUPS + 1, 1.0f) != MDSP_OK;
  for (unsigned c = 0; !failed && c < params->n_channels; c++)
    failed = mdsp_envelope_init (&s->envelopes[c], params->rate_hz / MDSP_GROUP, s->lookahead,
                                 params->max_hold_ms) != MDSP_OK;
  if (failed) {
    mdsp_limiter_stage_clear (s);
    return MDSP_ERROR_MEMORY;
  }
  mdsp_limiter_stage_reset (s);
  return MDSP_OK;
}

/* From one shared envelope to one per channel: all continue from the shared one. The way back would
 * forget the other channels' minima, so it waits for the next reset. */
static void
unlink_envelopes (MdspLimiterStage *s)
{
  const unsigned n_channels = s->params.n_channels;
  for (unsigned c = 1; c < n_channels; c++) {
    mdsp_envelope_copy (&s->envelopes[c], &s->envelopes[0]);
    memcpy (mdsp_history_at (&s->nodes, c, s->nodes.first),
            mdsp_history_at (&s->nodes, 0, s->nodes.first),
            (size_t) (s->nodes.end - s->nodes.first) * sizeof (float));
    s->stats[c] = s->stats[0];
    s->ones_from[c] = s->ones_from[0];
  }
  s->n_envelopes = n_channels;
}

void
mdsp_limiter_stage_set (MdspLimiterStage *s, const MdspLimiterStageParams *params)
{
  s->params.hold_ms =
      params->hold_ms < s->params.max_hold_ms ? params->hold_ms : s->params.max_hold_ms;
  s->params.release_ms = params->release_ms;
  s->params.auto_release = params->auto_release;
  s->params.link = params->link;
  s->params.input_holds = params->input_holds;
  if (params->link < 1.0 && s->n_envelopes < s->params.n_channels)
    unlink_envelopes (s);
  design (s);
}

void
mdsp_limiter_stage_reset (MdspLimiterStage *s)
{
  mdsp_history_reset (&s->input);
  mdsp_history_reset (&s->nodes);
  s->n_envelopes = s->params.link >= 1.0 ? 1 : s->params.n_channels;
  for (unsigned c = 0; c < s->params.n_channels; c++) {
    mdsp_envelope_reset (&s->envelopes[c], &s->design);
    s->stats[c] = (MdspGainStats){ 1.0f, 0.0, 0 };
    s->ones_from[c] = INT64_MIN;
  }
  s->next_group = 0;
}

void
mdsp_limiter_stage_clear (MdspLimiterStage *s)
{
  mdsp_history_clear (&s->input);
  mdsp_history_clear (&s->nodes);
  for (unsigned c = 0; s->envelopes != NULL && c < s->params.n_channels; c++)
    mdsp_envelope_clear (&s->envelopes[c]);
  free (s->envelopes);
  free (s->stats);
  memset (s, 0, sizeof *s);
}

static double
ceiling_at (const MdspCeilingTrack *t, int64_t content)
{
  int64_t grid = content < 0 ? 0 : content / MDSP_GRID;
  return t->lin[(grid < t->newest ? grid : t->newest) % MDSP_CEILING_TRACK];
}

/* What the group may reach: the lower ceiling where it lies across a grid point. */
static double
ceiling_of_group (const MdspLimiterStage *s, const MdspCeilingTrack *t, int64_t group)
{
  double a = ceiling_at (t, group * MDSP_GROUP - s->offset);
  double b = ceiling_at (t, group * MDSP_GROUP + MDSP_GROUP - 1 - s->offset);
  return a < b ? a : b;
}

/* The gain that a peak allows. */
static double
allowed_gain (const MdspLimiterStage *s, double ceiling, double peak)
{
  return peak > ceiling * s->trigger ? ceiling * s->margin / peak : 1.0;
}

/* What groups [first, first + n) may reach; returns the least of it. */
static double
read_ceilings (const MdspLimiterStage *s, const MdspCeilingTrack *t, double *ceiling, size_t n)
{
  const int64_t first = s->next_group, past = first + (int64_t) n;
  double lowest = ceiling_at (t, first * MDSP_GROUP - s->offset);
  bool same = true;
  for (int64_t frame = first * MDSP_GROUP; same && frame < past * MDSP_GROUP + MDSP_GRID;
       frame += MDSP_GRID)
    same = ceiling_at (t, frame - s->offset) == lowest;
  for (size_t g = 0; g < n; g++) {
    ceiling[g] = same ? lowest : ceiling_of_group (s, t, first + (int64_t) g);
    lowest = ceiling[g] < lowest ? ceiling[g] : lowest;
  }
  return lowest;
}

/* The peaks of each channel from next_group on; 0 for what allows a gain of 1 anyway. Returns whether
 * all of them do. */
static bool
read_peaks (const MdspLimiterStage *s, float peaks[][BLOCK_GROUPS], size_t n_groups,
            double skip_below)
{
  bool all_below = true;
  if (s->params.input_holds)
    return true;
  for (unsigned c = 0; c < s->params.n_channels; c++) {
    mdsp_interpolator_peaks (&s->filter, s->kernels,
                             mdsp_history_at (&s->input, c, s->next_group * MDSP_GROUP), peaks[c],
                             n_groups, (float) skip_below);
    all_below = all_below && s->kernels->peak_abs_f32 (peaks[c], n_groups) <= skip_below;
  }
  return all_below;
}

/* The loudest channel's peak of each group. */
static void
find_loudest (const MdspLimiterStage *s, float peaks[][BLOCK_GROUPS], float *loudest,
              size_t n_groups)
{
  memcpy (loudest, peaks[0], n_groups * sizeof (float));
  for (unsigned c = 1; c < s->params.n_channels; c++)
    for (size_t g = 0; g < n_groups; g++)
      loudest[g] = peaks[c][g] > loudest[g] ? peaks[c][g] : loudest[g];
}

/* The gains that the peaks allow envelope e. */
static void
allow (const MdspLimiterStage *s, unsigned e, const double *ceiling, const float *loudest,
       const float *own_peaks, double *allowed, size_t n_groups)
{
  for (size_t g = 0; g < n_groups; g++) {
    const double shared = allowed_gain (s, ceiling[g], loudest[g]);
    allowed[g] = shared;
    if (s->n_envelopes > 1 && shared < 1.0) {
      const double own = allowed_gain (s, ceiling[g], own_peaks[g]);
      allowed[g] = own + (shared - own) * s->params.link;
    }
  }
}

/* Reads the peaks of the groups that have become complete and appends their nodes. */
static void
detect (MdspLimiterStage *s, const MdspCeilingTrack *t)
{
  float peaks[MDSP_MAX_CHANNELS][BLOCK_GROUPS], loudest[BLOCK_GROUPS];
  double ceiling[BLOCK_GROUPS], allowed[BLOCK_GROUPS];
  int64_t ready = floor_div (s->input.end - s->filter.half, MDSP_GROUP);
  size_t n_groups = ready > s->next_group ? (size_t) (ready - s->next_group) : 0;

  if (n_groups == 0)
    return;
  const double lowest = read_ceilings (s, t, ceiling, n_groups);
  const bool unity = read_peaks (s, peaks, n_groups, lowest * s->trigger);
  if (!unity)
    find_loudest (s, peaks, loudest, n_groups);
  mdsp_history_extend (&s->nodes, n_groups);
  for (unsigned e = 0; e < s->n_envelopes; e++) {
    if (!unity)
      allow (s, e, ceiling, loudest, peaks[e], allowed, n_groups);
    if (!mdsp_envelope_process (&s->envelopes[e], &s->design, unity ? NULL : allowed,
                                mdsp_history_at (&s->nodes, e, s->next_group), n_groups))
      s->ones_from[e] = ready;
  }
  s->next_group = ready;
}

static void
count_gain (MdspGainStats *stats, float gain)
{
  stats->lowest = gain < stats->lowest ? gain : stats->lowest;
  stats->sum += gain;
  stats->n_groups++;
}

/* The gains of groups [first, last], those from the start of the stream on. (Gains that are not below -24 dB
 * are whole multiples of 2^-27, so the sum of up to 2^26 of them, 23 minutes at 384 kHz, is exact in double and
 * it does not matter how they are added up. Beyond that the last bits of a mean depend on it.) */
static void
count_gains (MdspGainStats *stats, const float *nodes, int64_t first, int64_t last, bool unity)
{
  const int64_t from = first < 0 ? 0 : first;
  if (unity && from <= last) {
    stats->sum += (double) (last - from + 1);
    stats->n_groups += (uint64_t) (last - from + 1);
  }
  for (int64_t j = from; !unity && j <= last; j++)
    count_gain (stats, nodes[j - first]);
}

void
mdsp_limiter_stage_process (MdspLimiterStage *s, const MdspCeilingTrack *ceiling,
                            float *const planes[], size_t n_frames)
{
  float gain[MDSP_MAX_BLOCK + 2 * MDSP_GROUP];
  if (n_frames == 0)
    return;
  mdsp_history_append (&s->input, (const float *const *) planes, n_frames);
  detect (s, ceiling);

  const int64_t out = s->input.end - (int64_t) n_frames - mdsp_limiter_stage_latency (s);
  const int64_t first = floor_div (out, MDSP_GROUP);
  const int64_t last = floor_div (out + (int64_t) n_frames - 1, MDSP_GROUP);
  const int64_t begun = first * MDSP_GROUP < out; /* a group counts with its first frame */
  for (unsigned e = 0; e < s->n_envelopes; e++) {
    const float *nodes = mdsp_history_at (&s->nodes, e, first + s->lookahead);
    const bool unity = first + s->lookahead >= s->ones_from[e];
    const float *g = gain + (out - first * MDSP_GROUP);
    const unsigned end = s->n_envelopes == 1 ? s->params.n_channels : e + 1;
    if (!unity)
      s->kernels->ramp_f32 (gain, nodes, (size_t) (last - first + 1), MDSP_GROUP);
    for (unsigned c = e; c < end; c++) {
      const float *x = mdsp_history_at (&s->input, c, out);
      if (unity)
        memcpy (planes[c], x, n_frames * sizeof (float));
      else
        s->kernels->mul_f32 (planes[c], x, g, n_frames);
    }
    count_gains (&s->stats[e], nodes + begun, first + begun, last, unity);
  }
}

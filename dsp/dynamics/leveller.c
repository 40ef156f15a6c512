/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/leveller_internal.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs, floor */
#include <stdlib.h>
#include <string.h>

#define HOP_S 0.1

/* How the gain moves: towards what is wanted in 3 s, within these limits. */
#define REST_DB       0.3  /* starts to move when this far off ... */
#define ARRIVED_DB    0.03 /* ... and rests again this near */
#define SETTLE_S      3.0
#define DOWN_DB_PER_S 0.5
#define UP_DB_PER_S   0.15
#define START_DOWN    1.5 /* faster at the start of the stream ... */
#define START_UP      1.35
#define ITEM_UP       0.3 /* ... and a little at the start of an item, or far away: */
#define NEAR_DB       3.0
#define FAR_DB        9.0
#define START_HOPS    50  /* 5 s; fades until ... */
#define SETTLED_HOPS  190 /* ... 19 s */

/* The limiter's loss is given back up to this; mean over 20 s. */
#define LOSS_MAX_DB 2.0
#define LOSS_KEEP   (1.0 - HOP_S / 20.0)

/* Compression of the loudness range. */
#define RANGE_MIN_HOPS    300 /* 30 s: below that there is no range to speak of */
#define RANGE_MAX_DB      10.0
#define RANGE_DB_PER_S    2.0
#define RANGE_WINDOW_HOPS 30 /* 3 s around what is heard */

static double
clamp (double x, double low, double high)
{
  return x < low ? low : x > high ? high : x;
}

static bool
params_are_legal (const MdspLevellerParams *p)
{
  return p->rate_hz >= MDSP_RATE_MIN && p->rate_hz <= MDSP_RATE_MAX && p->n_channels >= 1 &&
         p->n_channels <= MDSP_MAX_CHANNELS && p->lookahead_ms >= MDSP_LEVELLER_LOOKAHEAD_MIN_MS &&
         p->lookahead_ms <= MDSP_LEVELLER_LOOKAHEAD_MAX_MS && p->target_lufs > MDSP_SILENCE_DB &&
         p->target_lufs < -MDSP_SILENCE_DB && p->range_target_lu >= 0.0;
}

MdspStatus
mdsp_leveller_init (MdspLeveller *l, const MdspLevellerParams *params, const MdspKernels *kernels)
{
  double weights[MDSP_MAX_CHANNELS];
  memset (l, 0, sizeof *l);
  if (!params_are_legal (params))
    return MDSP_ERROR_PARAM;
  l->kernels = kernels;
  l->params = *params;
  l->params.speakers = NULL;
  const double frames = floor (params->lookahead_ms * 0.001 * params->rate_hz + 0.5);
  l->delay_hops = (unsigned) floor (frames / (HOP_S * params->rate_hz));
  mdsp_layout_weights (params->speakers, params->n_channels, weights);
  MdspLoudnessParams loudness = { params->rate_hz, params->n_channels, weights, .coarse = true };
  MdspStatus status = mdsp_loudness_init (&l->out, &loudness, kernels);
  loudness.running = true; /* of the input nobody asks more */
  if (status == MDSP_OK)
    status = mdsp_loudness_init (&l->in, &loudness, kernels);
  if (status == MDSP_OK)
    status = mdsp_delay_init (&l->delay, params->n_channels, (size_t) frames);
  l->late = calloc (params->n_channels, MDSP_MAX_BLOCK * sizeof (float));
  if (status == MDSP_OK && l->late == NULL)
    status = MDSP_ERROR_MEMORY;
  if (status != MDSP_OK) {
    mdsp_leveller_clear (l);
    return status;
  }
  mdsp_ramp_init (&l->ramp, params->rate_hz, 0.0);
  mdsp_ramp_set_length (&l->ramp, params->rate_hz, HOP_S * 1000.0);
  mdsp_leveller_next (l);
  return MDSP_OK;
}

static double
gain_for (const MdspLeveller *l, const MdspProgramme *p)
{
  return mdsp_programme_is_known (p) ? l->params.target_lufs - mdsp_programme_lufs (p) : 0.0;
}

static void
start_from_prior (MdspLeveller *l)
{
  l->programme = mdsp_leveller_prior (l);
  l->gain_db = gain_for (l, &l->programme);
}

void
mdsp_leveller_set (MdspLeveller *l, const MdspLevellerParams *params)
{
  if (!params_are_legal (params))
    return;
  l->params.target_lufs = params->target_lufs;
  l->params.prior_lufs = params->prior_lufs;
  l->params.gate_lufs = params->gate_lufs;
  l->params.range_target_lu = params->range_target_lu;
  if (!l->heard && l->n_hops == 0)
    start_from_prior (l);
}

/* A hop of the output is complete: what did the limiter take of it? */
static void
compare (MdspLeveller *l)
{
  const MdspLevelledHop *hop = mdsp_leveller_hop (l, ++l->n_hops_out);
  if (!(hop->lufs > mdsp_leveller_gate (l)))
    return;
  /* A block spans four hops, the gain in its middle is that of two hops ago. */
  double gain_db = mdsp_leveller_hop (l, l->n_hops_out > 2 ? l->n_hops_out - 2 : 1)->gain_db;
  l->loss_before = l->loss_before * LOSS_KEEP + hop->power * mdsp_power_from_db (gain_db);
  l->loss_after = l->loss_after * LOSS_KEEP + l->out.momentary_power;
}

/* Where what is late goes on. */
static void
late_planes (const MdspLeveller *l, const float *planes[])
{
  for (unsigned c = 0; c < l->params.n_channels; c++)
    planes[c] = l->late + c * MDSP_MAX_BLOCK + l->late_from;
}

/* Measures what is late of the output. */
static void
hear_late (MdspLeveller *l)
{
  const float *planes[MDSP_MAX_CHANNELS];
  while (l->late_from < l->late_end) {
    const uint64_t left = mdsp_loudness_frames_to_step (&l->out);
    const size_t late = l->late_end - l->late_from, n = late < left ? late : (size_t) left;
    late_planes (l, planes);
    l->late_from += n;
    if (mdsp_loudness_process (&l->out, planes, n))
      compare (l);
  }
}

void
mdsp_leveller_reset (MdspLeveller *l)
{
  hear_late (l);
  mdsp_loudness_restart (&l->in);
  mdsp_loudness_restart (&l->out);
  mdsp_delay_reset (&l->delay);
  mdsp_ramp_set (&l->ramp, l->gain_db + l->range_gain_db);
  mdsp_ramp_reset (&l->ramp);
  memset (l->hops, 0, sizeof l->hops);
  l->n_hops = l->n_hops_out = l->first_hop = 0;
  l->pause_hops = l->low_hops = 0;
  l->skip = (uint64_t) l->delay.length + l->params.output_delay;
}

void
mdsp_leveller_next (MdspLeveller *l)
{
  hear_late (l);
  if (l->heard)
    l->before = mdsp_programme_after (&l->programme, MDSP_LEVELLER_KEEP_PAUSE);
  l->heard = l->moving = false;
  l->stream_hops = l->item_hops = 0;
  l->loss_before = l->loss_after = 0.0;
  l->range_gain_db = 0.0;
  start_from_prior (l);
  mdsp_loudness_reset (&l->in);
  mdsp_leveller_reset (l);
}

void
mdsp_leveller_forget_output (MdspLeveller *l)
{
  hear_late (l);
  mdsp_loudness_reset (&l->out);
}

void
mdsp_leveller_clear (MdspLeveller *l)
{
  mdsp_loudness_clear (&l->in);
  mdsp_loudness_clear (&l->out);
  mdsp_delay_clear (&l->delay);
  free (l->late);
  l->late = NULL;
}

unsigned
mdsp_leveller_latency (const MdspLeveller *l)
{
  return (unsigned) l->delay.length;
}

/* 1 at the start of something, 0 once it is settled. */
static double
start_share (unsigned hops)
{
  return clamp (((double) SETTLED_HOPS - (double) hops) / (SETTLED_HOPS - START_HOPS), 0.0, 1.0);
}

static double
loss_db (const MdspLeveller *l)
{
  if (!(l->loss_before > l->loss_after && l->loss_after > 0.0))
    return 0.0;
  return clamp (mdsp_db_from_power (l->loss_before / l->loss_after), 0.0, LOSS_MAX_DB);
}

/* The slow gain, one hop on. */
static void
move_gain (MdspLeveller *l)
{
  const double start = start_share (l->stream_hops), item = start_share (l->item_hops);
  const double down = DOWN_DB_PER_S + START_DOWN * start;
  const double off = gain_for (l, &l->programme) + loss_db (l) - l->gain_db;
  const double far = clamp ((off - NEAR_DB) / (FAR_DB - NEAR_DB), 0.0, 1.0);
  const double more = ITEM_UP * (item > far ? item : far);
  const double up = UP_DB_PER_S + (START_UP * start > more ? START_UP * start : more);
  if (fabs (off) > REST_DB)
    l->moving = true;
  if (fabs (off) < ARRIVED_DB)
    l->moving = false;
  if (l->moving)
    l->gain_db += clamp (off / SETTLE_S, -down, up) * HOP_S;
}

/* Short-term loudness around what is heard. */
static double
loudness_here (MdspLeveller *l, uint64_t here)
{
  double sum = 0.0;
  unsigned n = 0;
  for (int i = -RANGE_WINDOW_HOPS / 2; i <= RANGE_WINDOW_HOPS / 2; i++) {
    int64_t at = (int64_t) here + i;
    if (at < 1 || at > (int64_t) l->n_hops)
      continue;
    sum += mdsp_leveller_hop (l, (uint64_t) at)->power;
    n++;
  }
  return n > 0 ? mdsp_lufs_from_power (sum / n) : MDSP_SILENCE_DB;
}

/* A range wider than wanted is drawn together around the programme's loudness. */
static void
move_range_gain (MdspLeveller *l, uint64_t here)
{
  double range = mdsp_loudness_range (&l->in, false), wanted = 0.0;
  if (l->params.range_target_lu > 0.0 && range > l->params.range_target_lu &&
      l->stream_hops >= RANGE_MIN_HOPS) {
    double away = loudness_here (l, here) - mdsp_programme_lufs (&l->programme);
    if (away < -MDSP_LEVELLER_BACKGROUND_LU)
      return;
    wanted = clamp (away * (l->params.range_target_lu / range - 1.0), -RANGE_MAX_DB, RANGE_MAX_DB);
  }
  l->range_gain_db +=
      clamp (wanted - l->range_gain_db, -RANGE_DB_PER_S * HOP_S, RANGE_DB_PER_S * HOP_S);
}

/* The item's first programme is about to be heard: its gain is there at once. */
static void
start (MdspLeveller *l)
{
  l->heard = true;
  l->moving = false;
  l->gain_db = gain_for (l, &l->programme);
}

/* Programme has to be heard for the gain to move: noise in a pause stays where it is. */
static void
steer (MdspLeveller *l, uint64_t here)
{
  const double lufs = mdsp_leveller_hop (l, here)->lufs;
  if (!(lufs > mdsp_leveller_gate (l) &&
        lufs > mdsp_programme_own_lufs (&l->programme) - MDSP_LEVELLER_GATE_LU))
    return;
  move_gain (l);
  move_range_gain (l, here);
  l->stream_hops++;
  l->item_hops++;
}

/* A hop of the input is complete. */
static void
step (MdspLeveller *l)
{
  const double power = l->in.momentary_power;
  MdspLevelledHop *hop = mdsp_leveller_hop (l, ++l->n_hops);
  hop->power = power;
  hop->lufs = mdsp_lufs_from_power (power);
  hop->level = mdsp_lufs_from_power (mdsp_loudness_hop_power (&l->in));
  if (l->first_hop == 0 && hop->lufs > mdsp_leveller_gate (l))
    l->first_hop = l->n_hops;
  /* The next hop to be heard; the block in whose middle it lies ends two hops later. */
  const int64_t next = (int64_t) l->n_hops - l->delay_hops + 1;
  if (l->heard) {
    mdsp_leveller_learn (l, hop);
    if (next > 0)
      steer (l, (uint64_t) next + 2);
  } else if (l->first_hop > 0) {
    mdsp_leveller_survey (l);
    if (next + 3 >= (int64_t) l->first_hop - 1)
      start (l);
  }
  if (next > 0)
    mdsp_leveller_hop (l, (uint64_t) next)->gain_db = l->gain_db + l->range_gain_db;
  mdsp_ramp_set (&l->ramp, l->gain_db + l->range_gain_db);
  if (next <= 1) /* no content has left: nothing to ramp from */
    mdsp_ramp_reset (&l->ramp);
}

/* Measures input, and as much of what is late, up to the next hop; returns how many frames. */
static size_t
measure (MdspLeveller *l, float *const planes[], size_t n_frames, bool *hop)
{
  const uint64_t left = mdsp_loudness_frames_to_step (&l->in);
  const size_t late = l->late_end - l->late_from;
  size_t n = n_frames < left ? n_frames : (size_t) left;
  if (late == 0) {
    *hop = mdsp_loudness_process (&l->in, (const float *const *) planes, n);
    return n;
  }
  const uint64_t out_left = mdsp_loudness_frames_to_step (&l->out);
  const float *out_planes[MDSP_MAX_CHANNELS];
  const float *const *const both[2] = { (const float *const *) planes, out_planes };
  MdspLoudness *const meters[2] = { &l->in, &l->out };
  bool stepped[2];
  n = n < late ? n : late;
  n = n < out_left ? n : (size_t) out_left;
  late_planes (l, out_planes);
  l->late_from += n;
  mdsp_loudness_process_two (meters, both, n, stepped);
  if (stepped[1])
    compare (l);
  *hop = stepped[0];
  return n;
}

void
mdsp_leveller_process (MdspLeveller *l, float *const planes[], float *const dry[], size_t n_frames)
{
  float *rest[MDSP_MAX_CHANNELS];
  for (size_t done = 0, n; done < n_frames; done += n) {
    bool hop;
    for (unsigned c = 0; c < l->params.n_channels; c++)
      rest[c] = planes[c] + done;
    n = measure (l, rest, n_frames - done, &hop);
    mdsp_delay_process (&l->delay, rest, n);
    for (unsigned c = 0; dry != NULL && c < l->params.n_channels; c++)
      memcpy (dry[c] + done, rest[c], n * sizeof (float));
    mdsp_ramp_process (&l->ramp, l->kernels, rest, l->params.n_channels, n);
    if (!hop)
      continue;
    hear_late (l); /* that came before this hop */
    step (l);
  }
}

void
mdsp_leveller_hear (MdspLeveller *l, const float *const planes[], size_t n_frames)
{
  const size_t skip = l->skip < n_frames ? (size_t) l->skip : n_frames;
  l->skip -= skip;
  hear_late (l);
  l->late_from = 0;
  l->late_end = n_frames - skip;
  for (unsigned c = 0; c < l->params.n_channels; c++)
    memcpy (l->late + c * MDSP_MAX_BLOCK, planes[c] + skip, l->late_end * sizeof (float));
}

double
mdsp_leveller_gain_db (const MdspLeveller *l)
{
  return l->gain_db + l->range_gain_db;
}

double
mdsp_leveller_programme_lufs (const MdspLeveller *l)
{
  return l->heard ? mdsp_programme_lufs (&l->programme) : MDSP_SILENCE_DB;
}

double
mdsp_leveller_output_lufs (MdspLeveller *l, bool exact)
{
  hear_late (l);
  return mdsp_loudness_integrated (&l->out, exact, NULL);
}

double
mdsp_leveller_output_range_lu (MdspLeveller *l, bool exact)
{
  hear_late (l);
  return mdsp_loudness_range (&l->out, exact);
}

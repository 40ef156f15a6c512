/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/leveller.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs, floor */
#include <string.h>

#define HOP_S 0.1

/* What is programme. */
#define BOOST_MAX_DB       36.0 /* what lies further below the target is no programme */
#define ABSOLUTE_GATE_LUFS (-70.0)
#define BACKGROUND_LU      20.0 /* below the programme: EBU Tech 3342's relative gate */
#define GATE_LU            10.0 /* BS.1770's */
#define MEDIAN_HOPS        20
#define BLOCK_HOPS         4 /* a block is 400 ms */

/* How much of what was known a new item takes along, in blocks of 100 ms. */
#define KEEP_PAUSE 50.0 /* after a pause or in a new stream: 5 s */
#define KEEP_JUMP  10.0 /* after a jump in level: 1 s */

/* What begins a new item. */
#define PAUSE_HOPS 20  /* a pause of 2 s */
#define JUMP_LU    5.0 /* the median this far above, or every block this far below ... */
#define PATIENCE   300 /* ... for 30 s; under the gate only what moves: noise does not */
#define MOVES_HOPS 250
#define MOVES_LU   1.0

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

static double
absolute_gate (const MdspLeveller *l)
{
  double low = l->params.target_lufs - BOOST_MAX_DB;
  low = low > l->params.gate_lufs ? low : l->params.gate_lufs;
  return low > ABSOLUTE_GATE_LUFS ? low : ABSOLUTE_GATE_LUFS;
}

static MdspLevelledHop *
hop_at (MdspLeveller *l, uint64_t number)
{
  return &l->hops[number % MDSP_LEVELLER_RING];
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
  if (status != MDSP_OK) {
    mdsp_leveller_clear (l);
    return status;
  }
  mdsp_ramp_init (&l->ramp, params->rate_hz, 0.0);
  mdsp_ramp_set_length (&l->ramp, params->rate_hz, HOP_S * 1000.0);
  mdsp_leveller_next (l);
  return MDSP_OK;
}

/* What is known before the item is: the prior, or the item before. */
static MdspProgramme
prior_of (const MdspLeveller *l)
{
  return l->params.prior_lufs > MDSP_SILENCE_DB ? mdsp_programme_expect (l->params.prior_lufs)
                                                : l->before;
}

static double
gain_for (const MdspLeveller *l, const MdspProgramme *p)
{
  return mdsp_programme_is_known (p) ? l->params.target_lufs - mdsp_programme_lufs (p) : 0.0;
}

static void
start_from_prior (MdspLeveller *l)
{
  l->programme = prior_of (l);
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

void
mdsp_leveller_reset (MdspLeveller *l)
{
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
  if (l->heard)
    l->before = mdsp_programme_after (&l->programme, KEEP_PAUSE);
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
  mdsp_loudness_reset (&l->out);
}

void
mdsp_leveller_clear (MdspLeveller *l)
{
  mdsp_loudness_clear (&l->in);
  mdsp_loudness_clear (&l->out);
  mdsp_delay_clear (&l->delay);
}

unsigned
mdsp_leveller_latency (const MdspLeveller *l)
{
  return (unsigned) l->delay.length;
}

/* Puts x among n sorted values; gives n + 1. */
static unsigned
insert (double *sorted, unsigned n, double x)
{
  unsigned at = n;
  for (; at > 0 && sorted[at - 1] > x; at--)
    sorted[at] = sorted[at - 1];
  sorted[at] = x;
  return n + 1;
}

/* Median loudness of the newest `n_newest` blocks over the absolute gate; -inf without any. */
static double
newest_median (MdspLeveller *l, unsigned n_newest)
{
  double sorted[MDSP_LEVELLER_RING];
  unsigned n = 0;
  for (unsigned i = 0; i < n_newest && i < l->n_hops; i++) {
    const double x = hop_at (l, l->n_hops - i)->lufs;
    if (x > absolute_gate (l))
      n = insert (sorted, n, x);
  }
  return n > 0 ? sorted[n / 2] : MDSP_SILENCE_DB;
}

/* Nothing is heard yet: the estimate is made anew of all that is ahead. */
static void
survey (MdspLeveller *l)
{
  const unsigned ahead = l->delay_hops < l->n_hops ? l->delay_hops : (unsigned) l->n_hops;
  const double usual = newest_median (l, ahead);
  /* The first blocks of a sound hold silence, too. */
  uint64_t first = l->first_hop > BLOCK_HOPS ? l->first_hop + BLOCK_HOPS - 1 : l->first_hop;
  first = first > l->n_hops ? l->first_hop : first;
  l->programme = prior_of (l);
  for (unsigned i = ahead; i-- > 0;) {
    const MdspLevelledHop *hop = hop_at (l, l->n_hops - i);
    if (l->n_hops - i >= first && hop->lufs > absolute_gate (l) &&
        hop->lufs > usual - BACKGROUND_LU)
      mdsp_programme_add (&l->programme, hop->power, hop->lufs, usual);
  }
}

static void
begin_item (MdspLeveller *l, double keep)
{
  l->programme = mdsp_programme_after (&l->programme, keep);
  l->low_hops = 0;
}

/* Does what was heard for the last 25 s move as music and speech do? Noise does not: the quartiles of its
 * level over 100 ms lie 0.1 LU (white) to 0.85 LU (brown) apart, those of music 1.1 LU or more. */
static bool
moves (MdspLeveller *l)
{
  double sorted[MOVES_HOPS];
  unsigned n = 0;
  for (unsigned i = 0; i < MOVES_HOPS && i < l->n_hops; i++) {
    const MdspLevelledHop *hop = hop_at (l, l->n_hops - i);
    if (hop->lufs > absolute_gate (l))
      n = insert (sorted, n, hop->level);
  }
  return n >= MOVES_HOPS / 2 && sorted[3 * n / 4] - sorted[n / 4] > MOVES_LU;
}

/* What was low for so long is the programme now: it is known from itself. */
static void
relearn (MdspLeveller *l, double below_lufs)
{
  const double usual = newest_median (l, MOVES_HOPS);
  memset (&l->programme, 0, sizeof l->programme);
  for (unsigned i = MOVES_HOPS; i-- > 0;) {
    const MdspLevelledHop *hop = i < l->n_hops ? hop_at (l, l->n_hops - i) : NULL;
    if (hop != NULL && hop->lufs > absolute_gate (l) && hop->lufs < below_lufs)
      mdsp_programme_add (&l->programme, hop->power, hop->lufs, usual);
  }
  l->low_hops = l->item_hops = l->pause_hops = 0;
}

/* Has it been low for so long that it is something new? Within the gate the level alone says so. */
static bool
is_low_item (MdspLeveller *l, double lufs, double known)
{
  if (lufs >= known - JUMP_LU) {
    l->low_hops = l->low_hops > 10 ? l->low_hops - 10 : 0;
    return false;
  }
  l->low_hops = l->low_hops < PATIENCE ? l->low_hops + 1 : PATIENCE;
  return l->low_hops == PATIENCE && (newest_median (l, MEDIAN_HOPS) > known - GATE_LU || moves (l));
}

/* Noise that is low, or anything far below the programme, does not belong to it. */
static bool
is_background (const MdspLeveller *l, double lufs, double known)
{
  return lufs <= known - BACKGROUND_LU || (l->low_hops == PATIENCE && lufs <= known - GATE_LU);
}

static void
learn (MdspLeveller *l, const MdspLevelledHop *hop)
{
  const double known = mdsp_programme_own_lufs (&l->programme);
  if (!(hop->lufs > absolute_gate (l))) {
    l->pause_hops++;
    return;
  }
  if (is_low_item (l, hop->lufs, known)) {
    relearn (l, known - JUMP_LU);
    return;
  }
  if (is_background (l, hop->lufs, known)) {
    l->pause_hops++;
    return;
  }
  const double median = newest_median (l, MEDIAN_HOPS);
  if (l->pause_hops >= PAUSE_HOPS) {
    begin_item (l, KEEP_PAUSE);
    l->item_hops = 0;
  }
  l->pause_hops = 0;
  if (median > known + JUMP_LU)
    begin_item (l, KEEP_JUMP);
  mdsp_programme_add (&l->programme, hop->power, hop->lufs, known > median ? known : median);
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
    sum += hop_at (l, (uint64_t) at)->power;
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
    if (away < -BACKGROUND_LU)
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
  const double lufs = hop_at (l, here)->lufs;
  if (!(lufs > absolute_gate (l) && lufs > mdsp_programme_own_lufs (&l->programme) - GATE_LU))
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
  MdspLevelledHop *hop = hop_at (l, ++l->n_hops);
  hop->power = power;
  hop->lufs = mdsp_lufs_from_power (power);
  hop->level = mdsp_lufs_from_power (mdsp_loudness_hop_power (&l->in));
  if (l->first_hop == 0 && hop->lufs > absolute_gate (l))
    l->first_hop = l->n_hops;
  /* The next hop to be heard; the block in whose middle it lies ends two hops later. */
  const int64_t next = (int64_t) l->n_hops - l->delay_hops + 1;
  if (l->heard) {
    learn (l, hop);
    if (next > 0)
      steer (l, (uint64_t) next + 2);
  } else if (l->first_hop > 0) {
    survey (l);
    if (next + 3 >= (int64_t) l->first_hop - 1)
      start (l);
  }
  if (next > 0)
    hop_at (l, (uint64_t) next)->gain_db = l->gain_db + l->range_gain_db;
  mdsp_ramp_set (&l->ramp, l->gain_db + l->range_gain_db);
  if (next <= 1) /* no content has left: nothing to ramp from */
    mdsp_ramp_reset (&l->ramp);
}

void
mdsp_leveller_process (MdspLeveller *l, float *const planes[], size_t n_frames)
{
  float *rest[MDSP_MAX_CHANNELS];
  for (size_t done = 0; done < n_frames;) {
    uint64_t left = mdsp_loudness_frames_to_step (&l->in);
    size_t n = n_frames - done < left ? n_frames - done : (size_t) left;
    for (unsigned c = 0; c < l->params.n_channels; c++)
      rest[c] = planes[c] + done;
    bool stepped = mdsp_loudness_process (&l->in, (const float *const *) rest, n);
    mdsp_delay_process (&l->delay, rest, n);
    mdsp_ramp_process (&l->ramp, l->kernels, rest, l->params.n_channels, n);
    if (stepped)
      step (l);
    done += n;
  }
}

/* A hop of the output is complete: what did the limiter take of it? */
static void
compare (MdspLeveller *l)
{
  const MdspLevelledHop *hop = hop_at (l, ++l->n_hops_out);
  if (!(hop->lufs > absolute_gate (l)))
    return;
  /* A block spans four hops, the gain in its middle is that of two hops ago. */
  double gain_db = hop_at (l, l->n_hops_out > 2 ? l->n_hops_out - 2 : 1)->gain_db;
  l->loss_before = l->loss_before * LOSS_KEEP + hop->power * mdsp_power_from_db (gain_db);
  l->loss_after = l->loss_after * LOSS_KEEP + l->out.momentary_power;
}

void
mdsp_leveller_hear (MdspLeveller *l, const float *const planes[], size_t n_frames)
{
  const float *rest[MDSP_MAX_CHANNELS];
  size_t done = l->skip < n_frames ? (size_t) l->skip : n_frames;
  l->skip -= done;
  while (done < n_frames) {
    uint64_t left = mdsp_loudness_frames_to_step (&l->out);
    size_t n = n_frames - done < left ? n_frames - done : (size_t) left;
    for (unsigned c = 0; c < l->params.n_channels; c++)
      rest[c] = planes[c] + done;
    if (mdsp_loudness_process (&l->out, rest, n))
      compare (l);
    done += n;
  }
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
mdsp_leveller_output_lufs (const MdspLeveller *l, bool exact)
{
  return mdsp_loudness_integrated (&l->out, exact, NULL);
}

double
mdsp_leveller_output_range_lu (const MdspLeveller *l, bool exact)
{
  return mdsp_loudness_range (&l->out, exact);
}

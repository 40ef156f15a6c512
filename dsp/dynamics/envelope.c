/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/envelope.h"
#include "kernels/dmath.h"

#include <math.h> /* floor */
#include <stdlib.h>
#include <string.h>

#define LOG2_E 1.44269504088896340736
#define Q30    1073741824.0

/* Automatic release. On music the fastest recovery does the least harm (docs/limiter-quality.md), but
 * between the peaks of a low tone it would follow the waveform itself, and that is distortion. Two
 * signs of a low tone lengthen the hold:
 *
 * - A peak that lasts for LOW_MS or more. Drum hits and bright sounds exceed the ceiling for shorter
 *   runs. The gain then holds for LOW_RUNS times the run.
 * - LOW_REPEATS peaks in a row, each at the same distance (within 1/8) and depth (within 1 dB) as the
 *   one a period before it: a bass note with harmonics, which has up to MDSP_LOW_TONE_PEAKS short
 *   peaks in a period. The gain holds for two periods. */
#define LOW_MS        2.0
#define LOW_RUNS      6
#define LOW_REPEATS   3
#define LOW_SAME_GAIN 0.89
#define LOW_GAP_MS    30.0 /* the longest distance: half a period at 17 Hz */
#define LOW_HOLD_MS   64.0 /* no hold is longer: two full periods at 31 Hz */

/* The groups on both sides of a sample's own that its gain must respect: peaks between this group
 * and its neighbours, and the line from node to node (see limiter_stage.c). */
#define WINDOW_BEFORE 2
#define WINDOW_AFTER  1

static double
one_pole (double tau_ms, double rate_hz)
{
  return 1.0 - mdsp_exp2 (-LOG2_E * 1000.0 / (tau_ms * rate_hz));
}

static unsigned
groups_of (double ms, double group_rate_hz)
{
  return (unsigned) -floor (-(ms * 0.001 * group_rate_hz));
}

void
mdsp_envelope_design (MdspEnvelopeDesign *d, const MdspEnvelopeParams *p)
{
  d->box[0] = (p->lookahead + 1) / 2;
  d->box[1] = p->lookahead + 1 - d->box[0];
  d->hold = groups_of (p->hold_ms, p->group_rate_hz);
  d->window = WINDOW_BEFORE + p->lookahead + WINDOW_AFTER;
  d->unity = Q30 * d->box[0] * d->box[1];
  d->release = one_pole (p->release_ms, p->group_rate_hz);
  d->min_low = groups_of (LOW_MS, p->group_rate_hz);
  d->max_low = groups_of (LOW_GAP_MS, p->group_rate_hz);
  d->max_hold = p->auto_release ? groups_of (LOW_HOLD_MS, p->group_rate_hz) : 0;
}

MdspStatus
mdsp_envelope_init (MdspEnvelope *e, double group_rate_hz, unsigned max_lookahead,
                    double max_hold_ms)
{
  memset (e, 0, sizeof *e);
  double longest_ms = max_hold_ms > LOW_HOLD_MS ? max_hold_ms : LOW_HOLD_MS;
  e->queue_size =
      groups_of (longest_ms, group_rate_hz) + WINDOW_BEFORE + max_lookahead + WINDOW_AFTER + 1;
  e->ring_size = max_lookahead + 1;
  e->queue = calloc (e->queue_size, sizeof *e->queue);
  e->ring[0] = calloc (e->ring_size, sizeof (int64_t));
  e->ring[1] = calloc (e->ring_size, sizeof (int64_t));
  if (e->queue == NULL || e->ring[0] == NULL || e->ring[1] == NULL) {
    mdsp_envelope_clear (e);
    return MDSP_ERROR_MEMORY;
  }
  return MDSP_OK;
}

void
mdsp_envelope_reset (MdspEnvelope *e, const MdspEnvelopeDesign *d)
{
  e->step = 0;
  e->head = e->count = 0;
  e->released = 1.0;
  memset (&e->low, 0, sizeof e->low);
  for (unsigned i = 0; i < d->box[0]; i++)
    e->ring[0][i] = (int64_t) Q30;
  e->sum[0] = (int64_t) Q30 * d->box[0];
  for (unsigned i = 0; i < d->box[1]; i++)
    e->ring[1][i] = e->sum[0];
  e->sum[1] = e->sum[0] * d->box[1];
  e->slot[0] = e->slot[1] = 0;
}

void
mdsp_envelope_clear (MdspEnvelope *e)
{
  free (e->queue);
  free (e->ring[0]);
  free (e->ring[1]);
  memset (e, 0, sizeof *e);
}

void
mdsp_envelope_copy (MdspEnvelope *dst, const MdspEnvelope *src)
{
  MdspEnvelope own = *dst;
  *dst = *src;
  dst->queue = own.queue;
  memcpy (dst->queue, src->queue, src->queue_size * sizeof *src->queue);
  for (unsigned b = 0; b < 2; b++) {
    dst->ring[b] = own.ring[b];
    memcpy (dst->ring[b], src->ring[b], src->ring_size * sizeof (int64_t));
  }
}

/* Minimum of the newest `window` values: a queue that only keeps what can still become it. */
static double
sliding_minimum (MdspEnvelope *e, unsigned window, double value)
{
  unsigned tail = e->head + e->count; /* one past the newest, wrapped below */
  tail = tail >= e->queue_size ? tail - e->queue_size : tail;
  while (e->count > 0) {
    unsigned newest = tail == 0 ? e->queue_size - 1 : tail - 1;
    if (e->queue[newest].allowed < value)
      break;
    tail = newest;
    e->count--;
  }
  e->queue[tail].step = e->step;
  e->queue[tail].allowed = value;
  e->count++;
  while (e->queue[e->head].step + window <= e->step) {
    e->head = e->head + 1 == e->queue_size ? 0 : e->head + 1;
    e->count--;
  }
  return e->queue[e->head].allowed;
}

static bool
alike (unsigned gap_a, double depth_a, unsigned gap_b, double depth_b)
{
  unsigned gap_difference = gap_a > gap_b ? gap_a - gap_b : gap_b - gap_a;
  double lower = depth_a < depth_b ? depth_a : depth_b;
  double higher = depth_a < depth_b ? depth_b : depth_a;
  return gap_difference <= 1 + gap_b / 8 && lower >= higher * LOW_SAME_GAIN;
}

/* The length of a period of n peaks that ends with the peak at hand, in groups; 0 = not like the peak
 * n before it. */
static unsigned
continued_period (const MdspLowTone *t, const MdspEnvelopeDesign *d, unsigned gap, unsigned n)
{
  unsigned period = gap;
  if (gap < d->min_low || !alike (gap, t->depth, t->past[n - 1].gap, t->past[n - 1].depth))
    return 0;
  for (unsigned i = 0; i + 1 < n; i++)
    period += t->past[i].gap;
  return period;
}

/* As many peaks a period as before where that still fits, or else the fewest that fit. */
static unsigned
find_period (MdspLowTone *t, const MdspEnvelopeDesign *d, unsigned gap)
{
  unsigned period = t->n_alike > 0 ? continued_period (t, d, gap, t->n_alike) : 0;
  if (period > 0) {
    t->repeats++;
    return period;
  }
  t->repeats = t->n_alike = 0;
  for (unsigned n = 1; n <= MDSP_LOW_TONE_PEAKS && period == 0; n++) {
    period = continued_period (t, d, gap, n);
    if (period > 0)
      t->n_alike = n;
  }
  t->repeats = period > 0;
  return period;
}

/* A peak ended: what does it say? */
static void
count_peak (MdspLowTone *t, const MdspEnvelopeDesign *d, uint64_t step)
{
  const uint64_t distance = t->depth_step - t->past[0].step;
  const unsigned gap = distance <= d->max_low ? (unsigned) distance : 0;
  const unsigned period = find_period (t, d, gap);
  const uint64_t run = step - t->start;
  uint64_t hold = run >= d->min_low ? LOW_RUNS * run : 0;
  if (t->repeats >= LOW_REPEATS && t->repeats >= t->n_alike && 2 * period + period / 8 + 2 > hold)
    hold = 2 * period + period / 8 + 2;
  t->hold = hold < d->max_hold ? (unsigned) hold : d->max_hold;
  t->ended = step;
  memmove (&t->past[1], &t->past[0], (MDSP_LOW_TONE_PEAKS - 1) * sizeof t->past[0]);
  t->past[0].step = t->depth_step;
  t->past[0].depth = t->depth;
  t->past[0].gap = gap;
}

/* How many groups to hold for the sake of a low tone. */
static unsigned
low_tone_hold (MdspLowTone *t, const MdspEnvelopeDesign *d, uint64_t step, double allowed)
{
  if (d->max_hold == 0)
    return 0;
  if (allowed < 1.0 && !t->inside)
    t->start = step;
  if (allowed < 1.0 && (!t->inside || allowed < t->depth)) {
    t->depth = allowed;
    t->depth_step = step;
  }
  if (allowed >= 1.0 && t->inside)
    count_peak (t, d, step);
  t->inside = allowed < 1.0;
  if (!t->inside && t->hold > 0 && step - t->ended > t->hold)
    t->hold = t->repeats = t->n_alike = 0; /* the note ended */
  return t->hold;
}

/* Down at once, up by a one-pole toward what the minimum allows. */
static double
release (MdspEnvelope *e, const MdspEnvelopeDesign *d, double minimum)
{
  double s = e->released + d->release * (minimum - e->released);
  e->released = s < minimum ? s : minimum;
  return e->released;
}

/* Both boxes as running sums. */
static double
smooth (MdspEnvelope *e, const MdspEnvelopeDesign *d, double s)
{
  int64_t value = (int64_t) (s * Q30); /* s >= 0: rounds down */
  for (unsigned b = 0; b < 2; b++) {
    int64_t *slot = &e->ring[b][e->slot[b]];
    e->slot[b] = e->slot[b] + 1 == d->box[b] ? 0 : e->slot[b] + 1;
    e->sum[b] += value - *slot;
    *slot = value;
    value = e->sum[b];
  }
  return (double) value / d->unity;
}

/* Whether n steps at unity change nothing but the time: the minimum is that of now alone, the release has
 * come to its fixed point, and both boxes are full of it. (Their sums tell that of all their entries:
 * what is less lies nearer to now than what was unity before it.) */
static bool
rests (const MdspEnvelope *e, const MdspEnvelopeDesign *d, const double *allowed, size_t n)
{
  const double next = e->released + d->release * (1.0 - e->released);
  const int64_t full = (int64_t) (e->released * Q30) * d->box[0];

  if (e->count != 1 || e->queue[e->head].allowed < 1.0 || next > e->released || e->low.inside ||
      e->low.hold > 0 || e->sum[0] != full || e->sum[1] != full * d->box[1])
    return false;
  for (size_t i = 0; allowed != NULL && i < n; i++)
    if (allowed[i] < 1.0)
      return false;
  return true;
}

/* What n steps do to an envelope that rests; returns whether that is at unity. */
static bool
rest (MdspEnvelope *e, const MdspEnvelopeDesign *d, float *nodes, size_t n)
{
  const float node = (float) ((double) e->sum[1] / d->unity);

  for (size_t i = 0; i < n; i++)
    nodes[i] = node;
  for (unsigned b = 0; b < 2; b++)
    e->slot[b] = (unsigned) ((e->slot[b] + n) % d->box[b]);
  e->step += n;
  e->queue[e->head].step = e->step - 1;
  return node == 1.0f;
}

bool
mdsp_envelope_process (MdspEnvelope *e, const MdspEnvelopeDesign *d, const double *allowed,
                       float *nodes, size_t n)
{
  if (n > 0 && rests (e, d, allowed, n))
    return rest (e, d, nodes, n);
  for (size_t i = 0; i < n; i++) {
    const double r = allowed != NULL ? allowed[i] : 1.0;
    const unsigned low = low_tone_hold (&e->low, d, e->step, r);
    const unsigned window = d->window + (low > d->hold ? low : d->hold);
    const double s = release (e, d, sliding_minimum (e, window, r));
    nodes[i] = (float) smooth (e, d, s);
    e->step++;
  }
  return false;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/envelope.h"
#include "kernels/dmath.h"

#include <math.h> /* floor */
#include <stdlib.h>
#include <string.h>

#define LOG2_E 1.44269504088896340736
#define Q30    1073741824.0

/* Automatic release: a slow follower of the reduction; the fast recovery stops short of unity by a
 * share of it. Dense passages then ride on a steady gain, single peaks recover at the fast rate. */
#define SLOW_ATTACK_MS  80.0
#define SLOW_RELEASE_MS 800.0
#define SLOW_SHARE      0.6

/* The groups on both sides of a sample's own that its gain must respect: peaks between this group
 * and its neighbours, and the line from node to node (see limiter_stage.c). */
#define WINDOW_BEFORE 2
#define WINDOW_AFTER  1

static double
one_pole (double tau_ms, double rate_hz)
{
  return 1.0 - mdsp_exp2 (-LOG2_E * 1000.0 / (tau_ms * rate_hz));
}

void
mdsp_envelope_design (MdspEnvelopeDesign *d, const MdspEnvelopeParams *p)
{
  d->box[0] = (p->lookahead + 1) / 2;
  d->box[1] = p->lookahead + 1 - d->box[0];
  d->window = p->hold + WINDOW_BEFORE + p->lookahead + WINDOW_AFTER;
  d->unity = Q30 * d->box[0] * d->box[1];
  d->release = one_pole (p->release_ms, p->group_rate_hz);
  d->slow_attack = one_pole (SLOW_ATTACK_MS, p->group_rate_hz);
  d->slow_release = one_pole (SLOW_RELEASE_MS, p->group_rate_hz);
  d->slow_share = p->auto_release ? SLOW_SHARE : 0.0;
}

MdspStatus
mdsp_envelope_init (MdspEnvelope *e, unsigned max_lookahead, unsigned max_hold)
{
  memset (e, 0, sizeof *e);
  e->queue_size = max_hold + WINDOW_BEFORE + max_lookahead + WINDOW_AFTER + 1;
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
  e->released = e->slow = 1.0;
  for (unsigned i = 0; i < d->box[0]; i++)
    e->ring[0][i] = (int64_t) Q30;
  e->sum[0] = (int64_t) Q30 * d->box[0];
  for (unsigned i = 0; i < d->box[1]; i++)
    e->ring[1][i] = e->sum[0];
  e->sum[1] = e->sum[0] * d->box[1];
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
  while (e->count > 0 && e->queue[(e->head + e->count - 1) % e->queue_size].allowed >= value)
    e->count--;
  unsigned tail = (e->head + e->count) % e->queue_size;
  e->queue[tail].step = e->step;
  e->queue[tail].allowed = value;
  e->count++;
  while (e->queue[e->head].step + window <= e->step) {
    e->head = (e->head + 1) % e->queue_size;
    e->count--;
  }
  return e->queue[e->head].allowed;
}

/* Down at once, up by a one-pole toward what the minimum allows. */
static double
release (MdspEnvelope *e, const MdspEnvelopeDesign *d, double minimum)
{
  double rate = minimum < e->slow ? d->slow_attack : d->slow_release;
  e->slow += rate * (minimum - e->slow);
  double ceiling = 1.0 - d->slow_share * (1.0 - e->slow);
  double target = minimum < ceiling ? minimum : ceiling;
  double s = e->released + d->release * (target - e->released);
  if (target < e->released && target == ceiling)
    /* The slow part pulls down gently; only the minimum pulls down at once. */
    s = e->released + d->slow_attack * (target - e->released);
  e->released = s < minimum ? s : minimum;
  return e->released;
}

float
mdsp_envelope_process (MdspEnvelope *e, const MdspEnvelopeDesign *d, double allowed)
{
  double s = release (e, d, sliding_minimum (e, d->window, allowed));
  int64_t value = (int64_t) floor (s * Q30);
  for (unsigned b = 0; b < 2; b++) {
    int64_t *slot = &e->ring[b][e->step % d->box[b]];
    e->sum[b] += value - *slot;
    *slot = value;
    value = e->sum[b];
  }
  e->step++;
  return (float) ((double) e->sum[1] / d->unity);
}

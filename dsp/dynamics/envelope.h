/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * From the gain that each group of samples allows to a smooth gain that never exceeds it:
 *
 *   allowed r[j] -> sliding minimum m (look-ahead, hold) -> release s -> Q1.30 -> two box filters
 *     -> node g
 *
 * One step per group of MDSP_GROUP frames. The boxes have non-negative weights that sum to one and
 * span S groups in all, the minimum spans at least those S groups ahead, and the release only
 * slows the way up: so g stays below every r that its window touches, whatever the release law.
 * The boxes run on integers, exactly: no drift, no rounding above the bound, unity stays unity.
 */
#ifndef MDSP_ENVELOPE_H
#define MDSP_ENVELOPE_H

#include "mdsp.h"

typedef struct {
  double group_rate_hz;     /* rate / MDSP_GROUP */
  unsigned lookahead;       /* S in groups, >= 1 */
  unsigned hold;            /* groups */
  double release_ms;        /* time constant of the recovery */
  bool auto_release;        /* adds the slow follower, see envelope.c */
} MdspEnvelopeParams;

typedef struct {
  unsigned box[2];
  unsigned window;     /* groups in the sliding minimum */
  double unity;        /* the boxes' sum for a gain of 1: exact */
  double release;      /* per-group coefficients of the one-pole recoveries */
  double slow_attack, slow_release;
  double slow_share;   /* of the slow reduction that the fast recovery leaves; 0 = off */
} MdspEnvelopeDesign;

typedef struct {
  uint64_t step;
  /* Monotonic queue: minima of the window, oldest first. */
  struct {
    uint64_t step;
    double allowed;
  } *queue;
  unsigned queue_size, ring_size, head, count;
  double released, slow;
  int64_t *ring[2]; /* the inputs of each box */
  int64_t sum[2];
} MdspEnvelope;

void mdsp_envelope_design (MdspEnvelopeDesign *d, const MdspEnvelopeParams *params);

/* max_lookahead and max_hold bound every design used with this state. */
MdspStatus mdsp_envelope_init (MdspEnvelope *e, unsigned max_lookahead, unsigned max_hold);
/* To unity gain; needed after a design with another look-ahead. */
void mdsp_envelope_reset (MdspEnvelope *e, const MdspEnvelopeDesign *d);
void mdsp_envelope_clear (MdspEnvelope *e);
/* dst continues as src would; both from the same init and design. */
void mdsp_envelope_copy (MdspEnvelope *dst, const MdspEnvelope *src);

/* Takes r[j] (0 .. 1) and returns node g[j - S]: g[j - S] and g[j - S + 1] do not exceed the r of
 * groups j - S - 1 .. j - S + 1. */
float mdsp_envelope_process (MdspEnvelope *e, const MdspEnvelopeDesign *d, double allowed);

#endif

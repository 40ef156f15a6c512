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
  double group_rate_hz; /* rate / MDSP_GROUP */
  unsigned lookahead;   /* S in groups, >= 1 */
  double hold_ms;
  double release_ms; /* time constant of the recovery */
  bool auto_release; /* holds through low tones, see envelope.c */
} MdspEnvelopeParams;

typedef struct {
  unsigned box[2];
  unsigned hold, window;               /* groups; the sliding minimum spans window + hold */
  double unity;                        /* the boxes' sum for a gain of 1: exact */
  double release;                      /* per-group coefficient of the one-pole recovery */
  unsigned min_low, max_low, max_hold; /* groups, see envelope.c; max_hold 0 = not automatic */
} MdspEnvelopeDesign;

#define MDSP_LOW_TONE_PEAKS 4

/* What the peaks of the programme tell about its lowest strong tone: see envelope.c. */
typedef struct {
  bool inside;         /* in a peak: a run of groups that do not allow unity ... */
  uint64_t start;      /* ... which began here */
  double depth;        /* its lowest allowed gain so far ... */
  uint64_t depth_step; /* ... and where that was */
  struct {
    uint64_t step;
    double depth;
    unsigned gap;              /* groups since the peak before; 0 = none near */
  } past[MDSP_LOW_TONE_PEAKS]; /* the newest peaks, newest first */
  unsigned n_alike;            /* peaks per period: each is like the one this many before it */
  unsigned repeats;            /* how many peaks in a row were */
  unsigned hold;               /* groups from the end of the newest peak; 0 = no low tone */
  uint64_t ended;              /* end of the newest peak */
} MdspLowTone;

typedef struct {
  uint64_t step;
  /* Monotonic queue: minima of the window, oldest first. */
  struct {
    uint64_t step;
    double allowed;
  } * queue;
  unsigned queue_size, ring_size, head, count;
  double released;
  MdspLowTone low;
  int64_t *ring[2]; /* the inputs of each box */
  unsigned slot[2]; /* the oldest of them */
  int64_t sum[2];
} MdspEnvelope;

void mdsp_envelope_design (MdspEnvelopeDesign *d, const MdspEnvelopeParams *params);

/* The look-ahead (groups) and hold_ms of every design used with this state stay within these. */
MdspStatus mdsp_envelope_init (MdspEnvelope *e, double group_rate_hz, unsigned max_lookahead,
                               double max_hold_ms);
/* To unity gain; needed after a design with another look-ahead. */
void mdsp_envelope_reset (MdspEnvelope *e, const MdspEnvelopeDesign *d);
void mdsp_envelope_clear (MdspEnvelope *e);
/* dst continues as src would; both from the same init and design. */
void mdsp_envelope_copy (MdspEnvelope *dst, const MdspEnvelope *src);

/* Takes allowed[i] = r[j + i] (0 .. 1; NULL: 1 throughout) for n groups in a row and returns
 * nodes[i] = g[j + i - S]: g[k] and g[k + 1] do not exceed the r of groups k - 1 .. k + 1. nodes == NULL
 * is not legal; n == 0 is. True: the envelope rests, all these nodes are exactly 1. */
bool mdsp_envelope_process (MdspEnvelope *e, const MdspEnvelopeDesign *d, const double *allowed,
                            float *nodes, size_t n);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The streaming leveller: brings a programme that is not known yet to a loudness, with one slow gain
 * that leaves its dynamics alone.
 *
 *   x -+-> loudness of the coming `lookahead` -> estimate of the programme -> wanted gain -> slew -+
 *      +-> delay ------------------------------------------------------------------------------- x -> limiter -> y
 *                                                     K-weighted loss of the limiter <- hear () -+
 *
 * Every 100 ms of the stream (the hop of BS.1770's gating blocks) it learns one block and moves the
 * gain; between hops the gain is a straight line in dB.
 *
 * - The start: the first programme is heard at the gain that the look-ahead (and a prior, when there
 *   is one) asks for; no ramp.
 * - The estimate is a gated mean of block powers as in BS.1770, over at most three minutes. A spike,
 *   6 LU over it and over the median of the newest two seconds, counts as no louder than those.
 * - A pause of two seconds, a rise that lasts, or a fall that lasts half a minute begins a new item:
 *   what was learned before counts for a few seconds, and for nothing half a minute later. What comes:
 *       5 .. 10 LU below the programme     the new programme after 30 s
 *       10 LU and more, and it moves       the same
 *       10 LU and more, and steady: noise  never; the gain stays for as long as it lasts
 *       36 dB below the target             never
 *   From there on the gain rises by 0.45 dB/s while it is far away.
 * - Hysteresis: the gain rests until it is 0.3 dB off. Slew: see leveller.c; after the first 20 s at
 *   most 0.5 dB/s.
 * - Freeze: while what is heard lies under the relative gate, the gain stays.
 */
#ifndef MDSP_LEVELLER_H
#define MDSP_LEVELLER_H

#include "dynamics/programme.h"
#include "filter/delay.h"
#include "filter/ramp.h"
#include "measure/layout.h"
#include "measure/loudness.h"

#define MDSP_LEVELLER_LOOKAHEAD_MIN_MS 400.0
#define MDSP_LEVELLER_LOOKAHEAD_MAX_MS 10000.0
#define MDSP_LEVELLER_RING             256 /* hops: more than the longest look-ahead and what follows */

typedef struct {
  double rate_hz;
  unsigned n_channels;
  const MdspSpeaker *speakers; /* per channel; read at init */
  double lookahead_ms;         /* LOOKAHEAD_MIN .. MAX, fixed at init */
  unsigned output_delay;       /* frames between process () and hear (), fixed at init */
  double target_lufs;          /* with the user's offset in it */
  double prior_lufs;           /* expected loudness of the programme; -inf = unknown */
  double gate_lufs;            /* what is quieter is never taken for programme; -inf = off */
  double range_target_lu;      /* > 0: larger loudness ranges are compressed to it; 0 = off */
} MdspLevellerParams;

/* Of one hop (by its number): the 400 ms block that ends with it, the loudness of its own 100 ms, the gain
 * at which it was heard. */
typedef struct {
  double power, lufs, level, gain_db;
} MdspLevelledHop;

typedef struct {
  const MdspKernels *kernels;
  MdspLevellerParams params;
  unsigned delay_hops; /* whole hops in the delay */
  MdspLoudness in, out;
  MdspDelay delay;
  MdspRamp ramp;

  MdspProgramme programme,
      before; /* before: as of the last item, while nothing of this one is heard */
  MdspLevelledHop hops[MDSP_LEVELLER_RING];
  uint64_t n_hops, n_hops_out;     /* of content since reset: in, and heard */
  uint64_t first_hop;              /* of programme since the item began, 0 = none yet */
  unsigned pause_hops, low_hops;   /* lengths of what might begin a new item */
  unsigned stream_hops, item_hops; /* of programme heard since the start, since the item began */
  bool heard;                      /* programme is being heard */
  bool moving;                     /* the gain is on its way */
  double gain_db;                  /* the slow gain */
  double range_gain_db;            /* and what compresses the range */
  double loss_before, loss_after;  /* powers around the limiter, fading sums */
  uint64_t skip;                   /* frames until content reaches hear () */
  /* The output of the last block waits to be measured together with the input of the next one, which
   * takes little longer than either alone (kweight_two_f64). */
  float *late; /* n_channels rows of MDSP_MAX_BLOCK */
  size_t late_from, late_end;
} MdspLeveller;

MdspStatus mdsp_leveller_init (MdspLeveller *l, const MdspLevellerParams *params,
                               const MdspKernels *kernels);
/* New target, prior (counts until programme is heard) and range target. */
void mdsp_leveller_set (MdspLeveller *l, const MdspLevellerParams *params);
/* Forgets the signal, keeps programme and gain: the stream goes on elsewhere. */
void mdsp_leveller_reset (MdspLeveller *l);
/* A reset, and a new item begins: at once at its gain; what was learned is a weak prior. */
void mdsp_leveller_next (MdspLeveller *l);
/* The loudness of the output is measured anew. */
void mdsp_leveller_forget_output (MdspLeveller *l);
void mdsp_leveller_clear (MdspLeveller *l);

/* In place, n_frames <= MDSP_MAX_BLOCK; the output is `latency` frames late. dry, where not NULL: the same
 * without the gain. */
void mdsp_leveller_process (MdspLeveller *l, float *const planes[], float *const dry[],
                            size_t n_frames);
unsigned mdsp_leveller_latency (const MdspLeveller *l);

/* What process () gave, output_delay frames later and limited: the loss is given back, and the
 * loudness of the result is known. n_frames <= MDSP_MAX_BLOCK. */
void mdsp_leveller_hear (MdspLeveller *l, const float *const planes[], size_t n_frames);

/* The gain that is applied now, dB. */
double mdsp_leveller_gain_db (const MdspLeveller *l);
/* The estimate of the programme's loudness, LUFS; -inf before there was any. */
double mdsp_leveller_programme_lufs (const MdspLeveller *l);
/* Integrated loudness (LUFS) and loudness range (LU) of the output; `exact` as in gating.h. */
double mdsp_leveller_output_lufs (MdspLeveller *l, bool exact);
double mdsp_leveller_output_range_lu (MdspLeveller *l, bool exact);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A dynamics processor of one to four bands.
 *
 *   x -(mid/side)- crossover -+- delay D -------------------------- x gain -+- sum -(clip)-> y
 *                             +-(high-pass)- power of groups of 8           |
 *                                 -> (RMS) -> dB -> link -> curve           |
 *                                 -> attack, release -> make-up, mix -> nodes, lines between them
 *
 * Feed-forward, in dB, smoothed behind the gain computer. The gain lives on a grid of 8 frames keyed
 * to the stream. The line over a group ends at the node of the last complete group before it, so
 * without look-ahead a gain comes 8 frames late; look-ahead delays the signal by D = 8 S frames, and with
 * 8 of them gain and signal meet.
 *
 * The bands' sum is the input through an all-pass (crossover.h); mixing dry signal in is a matter of
 * gains, 1 - mix + mix * gain, so dry and wet never comb. One band at rest is the input bit for bit, in
 * mid and side too.
 */
#ifndef MDSP_MULTIBAND_H
#define MDSP_MULTIBAND_H

#include "dynamics/gain_curve.h"
#include "dynamics/makeup.h"
#include "dynamics/soft_clip.h"
#include "filter/crossover.h"
#include "filter/history.h"

#define MDSP_MULTIBAND_BANDS MDSP_CROSSOVER_MAX_BANDS

typedef enum {
  MDSP_DETECTOR_PEAK, /* the largest sample of each group */
  MDSP_DETECTOR_RMS   /* one-pole over 10 ms; a full-scale sine reads 0 dB (AES17) */
} MdspDetector;

typedef struct {
  MdspCurveMode mode;
  double threshold_db; /* -80 .. 0 dBFS */
  double ratio;        /* 1 .. 20 */
  double knee_db;      /* 0 .. 24 */
  double attack_ms;    /* 0.1 .. 500 */
  double release_ms;   /* 5 .. 5000 */
  bool auto_release;   /* times follow the crest factor: ballistics.h */
  double range_db;     /* 0 .. 24: no gain leaves it */
  double makeup_db;    /* -24 .. 24 */
} MdspBandParams;

typedef struct {
  double rate_hz;
  unsigned n_channels, n_bands; /* fixed at init */
  double crossover_hz[MDSP_MULTIBAND_BANDS - 1];
  MdspDetector detector;
  bool mid_side;                 /* works on mid and side; two channels only; fixed at init */
  double link;                   /* 0 = each channel alone .. 1 = the loudest for all */
  double sidechain_highpass_hz;  /* 0 = off: what the detectors do not hear */
  double lookahead_ms;           /* 0 .. 10, rounded up to groups; fixed at init */
  double mix;                    /* 0 = dry (through the all-pass) .. 1 */
  bool auto_makeup;              /* makeup.h */
  double clip_db, clip_level_db; /* soft_clip.h; 0 dB = none; fixed at init */
  MdspBandParams band[MDSP_MULTIBAND_BANDS];
} MdspMultibandParams;

/* What moves to a new setting in 20 ms, a step per group: per band, then for all. */
enum {
  MDSP_GLIDE_THRESHOLD,
  MDSP_GLIDE_SLOPE,
  MDSP_GLIDE_KNEE,
  MDSP_GLIDE_RANGE,
  MDSP_GLIDE_MAKEUP,
  MDSP_GLIDE_PER_BAND,
  MDSP_GLIDE_MIX = MDSP_GLIDE_PER_BAND * MDSP_MULTIBAND_BANDS,
  MDSP_GLIDE_LINK,
  MDSP_GLIDE_AUTO, /* weight of the automatic make-up */
  MDSP_N_GLIDES
};

typedef struct {
  double now[MDSP_N_GLIDES], target[MDSP_N_GLIDES], step[MDSP_N_GLIDES];
  unsigned left; /* groups */
} MdspGlides;

/* Gain reduction of a band, without make-up, dB; negative = lifted. */
typedef struct {
  double now, max; /* the largest in magnitude of any channel, with its sign */
  double mean;     /* over time and channels */
} MdspBandReading;

/* The same of one row since the last reading: rows apart, so that the sums are in the order of time. */
typedef struct {
  double now, max, sum[4]; /* the sums of every fourth group */
  uint64_t n;
} MdspGainCount;

typedef struct {
  MdspBandReading band[MDSP_MULTIBAND_BANDS];
  double makeup_db; /* of auto_makeup, now */
  double clip_db;   /* the most the clipper took */
} MdspMultibandReading;

#define MDSP_MULTIBAND_GROUPS (MDSP_MAX_BLOCK / MDSP_GROUP + 1) /* that one block can complete */

/* A row of values per group. */
typedef float MdspGroupRow[MDSP_MULTIBAND_GROUPS + MDSP_PAD];

typedef struct {
  const MdspKernels *kernels;
  MdspMultibandParams params;
  MdspCrossover crossover;
  MdspCrossover key[MDSP_MULTIBAND_BANDS]; /* side-chain high-pass of each band */
  bool key_active;
  MdspSoftClip clip;
  MdspMakeup makeup;
  MdspHistory bands, keys, nodes; /* rows: band * n_channels + channel */
  MdspHistory direct;             /* one band of mid and side: left and right as they came */
  float *scratch;                 /* what a side-chain high-pass throws away */
  unsigned lookahead;             /* S in groups */
  unsigned n_lanes;           /* gains per band: 1 while fully linked since reset, or n_channels */
  unsigned n_rows, n_quads;   /* band x channel; quads of lanes that hold them */
  MdspGroupRow *level, *gain; /* 4 n_quads rows */
  MdspGroupRow crest[4][2], discard;
  double (*rms)[4];                                                   /* per quad */
  double crest_state[2][4];                                           /* bands: peak, mean */
  double (*smooth)[2][4];                                             /* per quad */
  double attack[MDSP_MULTIBAND_BANDS], release[MDSP_MULTIBAND_BANDS]; /* weights */
  double rms_weight, crest_weight;
  MdspGlides glides;
  unsigned glide_groups;
  int64_t next_group;
  uint64_t n_frames;
  MdspGainCount *counts; /* per row */
} MdspMultiband;

/* Neutral: one band, ratio 1, no make-up. */
void mdsp_multiband_params_init (MdspMultibandParams *params, double rate_hz, unsigned n_channels);

MdspStatus mdsp_multiband_init (MdspMultiband *m, const MdspMultibandParams *params,
                                const MdspKernels *kernels);
/* New settings, except those that are fixed at init: reached in 20 ms, or as fast as attack and release
 * let the gain move. */
void mdsp_multiband_set (MdspMultiband *m, const MdspMultibandParams *params);
void mdsp_multiband_reset (MdspMultiband *m);
void mdsp_multiband_clear (MdspMultiband *m);

/* In place, n_frames <= MDSP_MAX_BLOCK; the output is `latency` frames late. */
void mdsp_multiband_process (MdspMultiband *m, float *const planes[], size_t n_frames);
unsigned mdsp_multiband_latency (const MdspMultiband *m);
/* What was done since the last call. */
void mdsp_multiband_take (MdspMultiband *m, MdspMultibandReading *reading);

#endif

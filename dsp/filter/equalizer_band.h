/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One band of the equaliser: its settings, how they move to new ones without a click, and the
 * sections that they make at a node of the control grid.
 *
 * frequency, gain and q go to a new value in 20 ms, in octaves and dB. What cannot move (the type,
 * the slope, the channels, on and off) fades: the band fades out to unity in 20 ms, changes, and
 * fades in, its filters empty. A band that is on but at 0 dB is y = x, yet its filters run, so that it
 * moves away from there as if it had never stood still.
 */
#ifndef MDSP_EQUALIZER_BAND_H
#define MDSP_EQUALIZER_BAND_H

#include "filter/biquad.h"

#define MDSP_EQ_BANDS        8
#define MDSP_EQ_SEGMENT      16 /* frames from node to node */
#define MDSP_EQ_MAX_SECTIONS MDSP_CUT_MAX_SECTIONS

typedef enum {
  MDSP_EQ_BELL,
  MDSP_EQ_LOW_SHELF,
  MDSP_EQ_HIGH_SHELF,
  MDSP_EQ_LOW_CUT,
  MDSP_EQ_HIGH_CUT,
  MDSP_EQ_NOTCH,
  MDSP_EQ_TILT
} MdspEqType;

typedef enum {
  MDSP_EQ_STEREO, /* every channel */
  MDSP_EQ_LEFT,   /* these four: of a two-channel signal only */
  MDSP_EQ_RIGHT,
  MDSP_EQ_MID,
  MDSP_EQ_SIDE
} MdspEqChannels;

/* Values outside the ranges are taken as the nearest legal one, NaN as the lowest. */
typedef struct {
  bool enabled;
  MdspEqType type;
  double frequency_hz; /* 10 .. 40000, and at most 0.49 of the rate; the tilt's 0 dB point */
  double gain_db;      /* -24 .. 24; bells, shelves; a tilt's rise from 20 Hz to 20 kHz */
  double q;            /* 0.1 .. 40; bells and notches */
  unsigned slope;      /* dB per octave: 6, 12, 24, 48 for cuts, 6 or more for shelves (6, 12) */
  MdspEqChannels channels;
  /* Dynamic part of bells and shelves, see dynamics/dynamic_bands.h. */
  double threshold_db, range_db, attack_ms, release_ms;
} MdspEqBandParams;

typedef struct {
  MdspEqBandParams target; /* as last set */
  MdspEqType type;         /* in use */
  MdspEqChannels channels;
  unsigned slope;
  double value[3], goal[3], step[3]; /* log2 f, gain, log2 q */
  unsigned steps_left;
  unsigned fade;     /* 0 = unity .. fade_steps = full */
  double dynamic_db; /* added to the gain */
  double rate_hz;
  unsigned fade_steps; /* of a whole ramp */
  /* At the newest node. */
  MdspSection section[MDSP_EQ_MAX_SECTIONS];
  MdspBiquad biquad[MDSP_EQ_MAX_SECTIONS]; /* the same, while it does not fade */
  unsigned n_sections;
  bool running;   /* it is on, at least in part */
  bool unity;     /* y = x here */
  bool restarted; /* was off at the node before: its filters start empty */
} MdspEqBand;

/* Off, bell, 1 kHz, 0 dB, q 0.7, 12 dB/oct, stereo, no dynamics. */
void mdsp_eq_band_params_init (MdspEqBandParams *params);

/* The nearest legal settings at this rate; slope as the type has it. */
MdspEqBandParams mdsp_eq_band_legal (const MdspEqBandParams *params, double rate_hz);
/* Whether the settled, static band is y = x: off, or at 0 dB. */
bool mdsp_eq_band_is_flat (const MdspEqBandParams *params);

/* The sections of the settled, static band; returns how many. Pure. */
unsigned mdsp_eq_band_design (const MdspEqBandParams *params, double rate_hz,
                              MdspBiquad sections[MDSP_EQ_MAX_SECTIONS]);
/* |H| of the settled, static band in dB; 0 when it is not enabled. */
double mdsp_eq_band_response_db (const MdspEqBandParams *params, double frequency_hz,
                                 double rate_hz);

void mdsp_eq_band_init (MdspEqBand *band, const MdspEqBandParams *params, double rate_hz);
void mdsp_eq_band_set (MdspEqBand *band, const MdspEqBandParams *params);
/* Jumps to the settings. */
void mdsp_eq_band_reset (MdspEqBand *band);

/* To the next node, with dynamic_db on top of the gain. False: nothing has changed. */
bool mdsp_eq_band_advance (MdspEqBand *band, double dynamic_db);
/* Whether a further advance could change something although nothing is set. */
bool mdsp_eq_band_settled (const MdspEqBand *band);

#endif

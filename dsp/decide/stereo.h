/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What to do to the stereo image of a mix: a pure function of what was measured, of what the format
 * asks for and of what the user wishes. Check first, move little:
 *
 *   bass to mono    only where the format asks for it (vinyl, clubs) and the bass is not in the middle
 *                   yet (correlation below 150 Hz under 0.7 over the piece), and only while mono does
 *                   not take away more than 4.5 dB of it: then it is out of phase, which is
 *                   for the mix to mend
 *   elliptical      6 dB an octave on the side, where the format wants the bass in phase up to a
 *   filter          frequency and the octave around 250 Hz is not (correlation under 0)
 *   side limit      where the format limits the side above 10 kHz and the music is beyond that
 *   none of these   when a channel is silent, inverted or late: that is for the mix to mend first
 *   width           only when it is wished for: half of what the side above 5.7 kHz and
 *                   between 354 Hz and 5.7 kHz lacks of the -7.5 dB under the mid that pop music
 *                   has, by 3 and 1.5 dB at most, never of music that is wide already or that has
 *                   something wrong between its channels
 *
 * No authority settles the frequency below which a bass should be mono; practice says 80 to 150 Hz.
 */
#ifndef MDSP_DECIDE_STEREO_H
#define MDSP_DECIDE_STEREO_H

#include "dynamics/imager.h"
#include "measure/stereo.h"

#define MDSP_STEREO_WIDE_LOW_HZ  354.0  /* lower edge of the octave of 500 Hz */
#define MDSP_STEREO_WIDE_HIGH_HZ 5657.0 /* lower edge of the octave of 8 kHz */

/* Crossover of the side limit: half an octave lower, so that it is whole where it is asked for. */
#define MDSP_STEREO_LIMIT_HZ 7071.0

typedef struct {
  bool wide;    /* more width is wished for */
  double share; /* of the width, 0 .. 1; 0: nothing is moved at all */
  /* What the format asks for; 0: nothing. */
  double bass_mono_hz;     /* no side below */
  double side_highpass_hz; /* in phase below */
  double side_limit_db;    /* side under the mid above MDSP_STEREO_HIGH_HZ */
} MdspStereoWish;

typedef enum {
  MDSP_STEREO_NOT_ASKED,
  MDSP_STEREO_MOVED,
  MDSP_STEREO_FINE,         /* it is so already */
  MDSP_STEREO_EMPTY,        /* nothing plays there */
  MDSP_STEREO_OUT_OF_PHASE, /* of the bass: it would be lost */
  MDSP_STEREO_SAME,         /* of the width: both channels are the same */
  MDSP_STEREO_WIDE_ALREADY,
  MDSP_STEREO_HAS_PROBLEM /* between the channels: mend that first */
} MdspStereoVerdict;

typedef struct {
  MdspImagerParams params; /* neutral where nothing is moved */
  MdspStereoVerdict bass, elliptic, top, width;
  double width_mid_db, width_high_db; /* gain of the side */
} MdspStereoPlan;

/* `s` is a finished measurement; rate_hz that of the master. */
void mdsp_stereo_plan (const MdspStereo *s, const MdspStereoWish *wish, double rate_hz,
                       MdspStereoPlan *plan);

/* The side over the mid in dB of what the widths act on: between the two frequencies above, and
 * above the upper one. */
double mdsp_stereo_side_mid_db (const MdspStereo *s, bool high);

#endif

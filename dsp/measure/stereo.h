/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The stereo field of two channels: how alike they are, what is lost in mono, per octave and over
 * time, and the faults that only a look at both channels finds.
 *
 *   left, right -> octave band-passes from 500 Hz, K-weighting, above 10 kHz     (one kernel, f64)
 *               -> a rate of 11 to 22 kHz  -> octaves to 250 Hz, below 150 Hz    (the same)
 *      -> <L^2> <R^2> <LR> of 100 ms blocks -> ring of 30
 *      every 100 ms: window = newest 30 (3 s; 5 for a silent channel): faults begin and end;
 *      programme = all blocks > -70
 *   left, right -> is one a late copy of the other? (channel_delay.h, haas_delay.h)
 *
 * Everything follows from the three products, so folding to mono needs no second measurement:
 * (L + R)^2 = L^2 + R^2 + 2 LR.
 */
#ifndef MDSP_STEREO_H
#define MDSP_STEREO_H

#include "kernels/kernels.h"
#include "filter/decimator.h"
#include "mdsp.h"
#include "measure/channel_delay.h"
#include "measure/haas_delay.h"

/* Of products <L^2>, <R^2>, <LR> over some span:
 *   correlation  <LR> / sqrt (<L^2> <R^2>), -1 .. 1; 0 where a channel is silent
 *   balance_db   right over left; -inf, +inf where one is silent
 *   side_mid_db  ((L - R) / 2)^2 over ((L + R) / 2)^2; -inf for dual mono, +inf for anti-phase
 *   mono_change_lu  loudness of (L + R) / 2 in both channels over that of the stereo:
 *                10 log10 ((<L^2> + <R^2> + 2 <LR>) / (2 (<L^2> + <R^2>))): 0 for dual mono, -3.01
 *                uncorrelated, -inf for anti-phase
 * All 0 in silence. */
typedef struct {
  double correlation, balance_db, side_mid_db, mono_change_lu;
} MdspStereoReading;
MdspStereoReading mdsp_stereo_reading (const double products[3]);

#define MDSP_STEREO_OCTAVES 10 /* 31.5 Hz .. 16 kHz */
/* The measured bands: the octaves (ending at 0.46 fs at most; silent when that leaves little), then these. */
enum {
  MDSP_STEREO_BROAD = MDSP_STEREO_OCTAVES, /* K-weighted */
  MDSP_STEREO_LOW,                         /* below MDSP_STEREO_LOW_HZ */
  MDSP_STEREO_HIGH,                        /* above MDSP_STEREO_HIGH_HZ */
  MDSP_STEREO_N_BANDS
};
#define MDSP_STEREO_LOW_HZ  150.0
#define MDSP_STEREO_HIGH_HZ 10000.0

/* What can be wrong in a window of 3 s, or of half a second. */
typedef enum {
  MDSP_STEREO_POLARITY, /* one channel is inverted: the mean of the correlations of all octaves that
                          * matter is below -0.3; value: that mean */
  MDSP_STEREO_SILENT, /* one channel 40 dB or more below the other for 0.5 s; value: the balance */
  MDSP_STEREO_DELAY,  /* one channel is a late copy of the other; value: right after left in ms */
  MDSP_STEREO_DELAY_INVERTED, /* a late copy that is upside down; value alike */
  MDSP_STEREO_WIDE_BASS,      /* correlation below 0.7 in the low band; value: that */
  MDSP_STEREO_CANCEL, /* plus an octave: it loses more than 6 dB in mono; value: the change */
  MDSP_STEREO_N_FAULTS = MDSP_STEREO_CANCEL + MDSP_STEREO_OCTAVES
} MdspStereoFault;

/* Where a fault was seen. Times in frames from the start; a window counts for its middle, the
 * first and the last one for the ends of the programme as well. What stops for less than a window goes
 * on, but not in the total. */
typedef struct {
  unsigned n_spans;
  uint64_t total;       /* frames in which it was there */
  uint64_t first, last; /* where the first one begins and the last one ends */
  uint64_t start, end;  /* the longest span */
  double value;         /* the worst; of delays the one that most windows have */
} MdspStereoSpans;

typedef struct {
  double rate_hz; /* MDSP_RATE_MIN .. MDSP_RATE_MAX */
} MdspStereoParams;

#define MDSP_STEREO_WINDOW 30 /* blocks of 100 ms */

/* Bands that run at one rate: their filters, and what their powers are to be multiplied by. */
typedef struct {
  double rate_hz;
  MdspBandCoef coef;
  double power_gain[MDSP_BAND_LANES];
  MdspBandState state;
} MdspStereoBank;

/* A fault under way. */
typedef struct {
  bool open, seen;
  uint64_t start, last; /* the newest window that has it */
  uint64_t held;        /* frames with it, between the two */
  int votes;            /* for the value of a delay, less those for others */
  uint64_t newest;      /* the middle of the newest window, when any was seen */
} MdspStereoOpen;

typedef struct {
  const MdspKernels *kernels;
  double rate_hz;
  MdspStereoBank bank[2]; /* at the rate of the sound; at a lower one, those up to 354 Hz */
  MdspDecimator lower;

  uint64_t n_frames, n_blocks;
  uint64_t block_start, next_boundary; /* of the block under way */
  double ring[MDSP_STEREO_WINDOW][MDSP_STEREO_N_BANDS][3];
  uint64_t ring_frames[MDSP_STEREO_WINDOW];
  double total[MDSP_STEREO_N_BANDS][3];

  MdspChannelDelay delay; /* to 2 ms */
  MdspHaasDelay haas;     /* beyond */

  uint64_t n_windows_seen;        /* in all */
  uint64_t n_windows, n_negative; /* of the loud ones */
  double correlation_sum, correlation_min;
  uint64_t correlation_min_at;
  MdspStereoOpen open[MDSP_STEREO_N_FAULTS];
  MdspStereoSpans spans[MDSP_STEREO_N_FAULTS];
} MdspStereo;

MdspStatus mdsp_stereo_init (MdspStereo *s, const MdspStereoParams *params,
                             const MdspKernels *kernels);
void mdsp_stereo_reset (MdspStereo *s);
void mdsp_stereo_clear (MdspStereo *s);

/* Two planes, any number of frames. */
void mdsp_stereo_process (MdspStereo *s, const float *const planes[2], size_t n_frames);

/* The end of the stream: faults under way end here; a programme shorter than 3 s is judged by what
 * there is of it (at least 400 ms). Call once. */
void mdsp_stereo_finish (MdspStereo *s);

/* How many octaves, from the lowest, are measured at this rate. */
unsigned mdsp_stereo_n_octaves (const MdspStereo *s);
/* The nominal middle of an octave in Hz, 0 .. MDSP_STEREO_OCTAVES - 1. */
double mdsp_stereo_octave_hz (unsigned octave);
/* Magnitude response of a band's filter in dB. */
double mdsp_stereo_response_db (const MdspStereo *s, unsigned band, double f_hz);

/* The newest 3 s (what there is of them), or all blocks above -70 LUFS. */
MdspStereoReading mdsp_stereo_window (const MdspStereo *s, unsigned band);
MdspStereoReading mdsp_stereo_programme (const MdspStereo *s, unsigned band);
/* The octaves first .. last, both included, as one band of the programme. */
MdspStereoReading mdsp_stereo_programme_range (const MdspStereo *s, unsigned first, unsigned last);
/* Level of a band relative to the K-weighted whole in dB over the programme; -inf in silence. */
double mdsp_stereo_level_db (const MdspStereo *s, unsigned band);

/* Broad-band correlation over the windows of 3 s louder than -60 LUFS. */
typedef struct {
  uint64_t n_windows;   /* 0: the rest is 0 */
  double mean, minimum; /* correlation */
  uint64_t minimum_at;  /* frames: middle of that window */
  double negative;      /* share of windows below 0 */
} MdspStereoSteadiness;
MdspStereoSteadiness mdsp_stereo_steadiness (const MdspStereo *s);

/* The times at which it began and ended so far, and whether it goes on. */
const MdspStereoSpans *mdsp_stereo_fault (const MdspStereo *s, unsigned fault);
bool mdsp_stereo_fault_now (const MdspStereo *s, unsigned fault);
/* Both channels carry the same (the side more than 60 dB below the mid). */
bool mdsp_stereo_is_dual_mono (const MdspStereo *s);

#endif

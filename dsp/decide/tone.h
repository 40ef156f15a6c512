/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The ear that decides what an equaliser should move: a programme's long-term spectrum
 * (measure/spectrum.h) against a target with a tolerance, in 31 third octaves.
 *
 *   spectrum -> aligned in level with the target -> deviation -> (as broad as an octave) -> what is
 *   outside the tolerance -> the share that is asked for -> within the cap -> bands (tone_fit.h) ->
 *   level, so that the loudness stays
 *
 * Level: spectrum and target are aligned at the median of their difference over the judged bands. A
 * fault of an octave or two moves a median hardly; it would move a mean, or a loudness, and the rest
 * of the spectrum would then seem to be wrong.
 *
 * Distance: the root mean square of the deviation about its mean, over the judged bands, every third
 * octave alike. "Outside" is the same of what the broad deviation exceeds the tolerance by.
 *
 * All functions are pure, in double, without libm.
 */
#ifndef MDSP_DECIDE_TONE_H
#define MDSP_DECIDE_TONE_H

#include "dynamics/equalizer.h"
#include "measure/spectrum.h"

#define MDSP_TONE_BANDS MDSP_SPECTRUM_BANDS

/* This far below what released music has, there is nothing to equalise: the band is empty. What an
 * encoder or an instrument leaves out is no lack of treble or bass, and lifting it lifts noise. */
#define MDSP_TONE_EMPTY_DB 20.0
/* Up to this cap bands stay as broad as a mastering engineer's; who asks for more gets narrow ones. */
#define MDSP_TONE_BROAD_CAP_DB 3.0
#define MDSP_TONE_MAX_CAP_DB   12.0

#define MDSP_TONE_LEAST_S     3.0 /* of a programme that counts; less is not judged */
#define MDSP_TONE_LEAST_BANDS 6   /* judged ones: fewer (two octaves) say nothing about a balance */

typedef struct {
  double level_db[MDSP_TONE_BANDS];     /* any common offset; NAN: the target does not say */
  double tolerance_db[MDSP_TONE_BANDS]; /* >= 0, to either side */
  unsigned first, last;                 /* the judged bands, both included */
} MdspToneTarget;

typedef struct {
  bool empty[MDSP_TONE_BANDS];          /* nothing there */
  bool beside_empty[MDSP_TONE_BANDS];   /* within an octave of nothing: the foot of an edge */
  bool judged[MDSP_TONE_BANDS];         /* counts: in the target's range, measured and not empty */
  double deviation_db[MDSP_TONE_BANDS]; /* > 0: more than the target; NAN: not known, or empty */
  double broad_db[MDSP_TONE_BANDS];     /* the same, smoothed over an octave */
  double outside_db[MDSP_TONE_BANDS];   /* what of that exceeds the tolerance, with its sign */
  double distance_rms_db, outside_rms_db;
  unsigned n_judged;
} MdspToneReading;

typedef struct {
  double amount;      /* 0 .. 1: the share of what is outside that is taken back */
  double max_move_db; /* 0 .. MDSP_TONE_MAX_CAP_DB: of a band, and of all of them together */
  double rate_hz;     /* at which the equaliser runs */
  bool match;         /* follow every third octave to the target, not what is broad to its edge */
} MdspToneParams;

typedef struct {
  MdspEqBandParams band[MDSP_EQ_BANDS]; /* ascending; the level, when there is one, comes last */
  unsigned n_bands;                     /* 0: nothing to move */
  bool has_level;                       /* the last band only makes up for the loudness */
  double response_db[MDSP_TONE_BANDS];  /* of all bands, on the power of each third octave */
  MdspToneReading before, predicted;
} MdspTonePlan;

/* What the programme has nothing of, against released music. */
void mdsp_tone_find_empty (const MdspSpectrumReading *spectrum, const MdspToneTarget *released,
                           bool empty[MDSP_TONE_BANDS]);

void mdsp_tone_compare (const double level_db[MDSP_TONE_BANDS], const MdspToneTarget *target,
                        const bool empty[MDSP_TONE_BANDS], MdspToneReading *reading);

/* How large may a move be? Nothing is known of less than 3 s, too little of less than 10 s for more
 * than 1 dB, enough of 20 s for the whole cap (with a straight line from 10 to 20). What was mastered
 * before is not moved by more than 1 dB. */
double mdsp_tone_cap_db (double wanted_cap_db, double gated_s, bool mastered);
/* As loud as releases are and with peaks at full scale. */
bool mdsp_tone_is_mastered (double loudness_lufs, double true_peak_dbtp);
/* Limited, at whatever level it is now: 30 % of its time has held peaks (measure/plateau.h), and they are no more
 * than 12 dB over the loudness. A loop repeats its highest peak as exactly as a limiter holds it, but stands
 * further out. */
bool mdsp_tone_is_limited (double plateau_share, double peak_to_loudness_db);

/* MDSP_ERROR_PARAM when a number is outside its range. */
MdspStatus mdsp_tone_plan (const MdspSpectrumReading *spectrum, const MdspToneTarget *target,
                           const bool empty[MDSP_TONE_BANDS], const MdspToneParams *params,
                           MdspTonePlan *plan);

/* What the response does to the K-weighted level (ITU-R BS.1770-5) of this spectrum, in LU. */
double mdsp_tone_loudness_change_lu (const MdspSpectrumReading *spectrum,
                                     const double response_db[MDSP_TONE_BANDS], double rate_hz);

/* The third octave that a frequency is in: 0 .. 30, the nearest one outside. */
unsigned mdsp_tone_band_of (double frequency_hz);

/* Values at some frequencies (> 0, ascending, n >= 1) at every band: straight lines over log frequency
 * in between, the first and the last value outside. */
void mdsp_tone_interpolate (const double *frequency_hz, const double *value_db, unsigned n,
                            double at_band_db[MDSP_TONE_BANDS]);

/* A reference: its spectrum, what it has nothing of (mdsp_tone_find_empty), and how much it counts. */
typedef struct {
  MdspSpectrumReading spectrum;
  bool empty[MDSP_TONE_BANDS];
  double weight; /* > 0 */
} MdspToneReference;

/* A target of references: their spectra, each at the level at which its bands `first` .. `last` are
 * 0 dB in the median, as weighted mean of powers over those that have something there; where none has,
 * over all. n >= 1. */
void mdsp_tone_mean (const MdspToneReference *references, unsigned n, unsigned first, unsigned last,
                     double level_db[MDSP_TONE_BANDS]);

#endif

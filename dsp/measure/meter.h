/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Everything that loudnessmeter reports, from one pass over the stream: loudness (loudness.h), true
 * and sample peak, and what follows from them:
 *   PLR = true peak - integrated loudness,
 *   PSR = true peak of the last 3 s - short-term loudness (AES convention paper 9841's "peak to
 *         short-term ratio"), and its minimum where the programme is loud (S within 10 LU of the
 *         loudest S so far).
 */
#ifndef MDSP_METER_H
#define MDSP_METER_H

#include "measure/layout.h"
#include "measure/loudness.h"
#include "measure/truepeak.h"

typedef struct {
  double rate_hz;
  unsigned n_channels;
  const MdspSpeaker *speakers; /* per channel */
  bool true_peak;              /* false: sample peaks only, PLR and PSR from those */
  bool stereo_bands;           /* the stereo field per octave as well (stereo.h), of two channels */
} MdspMeterParams;

#define MDSP_METER_PSR_WINDOWS 30 /* of 100 ms */

typedef struct {
  const MdspKernels *kernels;
  bool has_true_peak;
  MdspLoudness loudness;
  MdspTruePeak true_peak;
  MdspStereo *stereo; /* NULL: not asked for, or not two channels */
  float *sample_peak_lin;
  float sample_window_lin;
  float window_lin[MDSP_METER_PSR_WINDOWS]; /* peaks of the newest 100 ms windows, all channels */
  unsigned n_windows;
  double psr_db, psr_min_db;
} MdspMeter;

/* Levels in LUFS, LU or dB; -inf where there is no measurement. */
typedef struct {
  double momentary, shortterm, integrated, relative_threshold, range;
  double max_momentary, max_shortterm;
  double true_peak_db, plr_db, psr_db, psr_min_db;
  MdspStereoReading stereo;      /* 400 ms, or final: the programme */
  MdspStereoReading stereo_long; /* 3 s */
  double folded_change_lu; /* integrated loudness in mono over that in stereo; -inf: nothing left */
} MdspMeterReading;

MdspStatus mdsp_meter_init (MdspMeter *m, const MdspMeterParams *params,
                            const MdspKernels *kernels);
void mdsp_meter_reset (MdspMeter *m);
void mdsp_meter_clear (MdspMeter *m);
void mdsp_meter_process (MdspMeter *m, const float *const planes[], size_t n_frames);

/* The end of the stream: reads the true peak's tail (silence goes to the interpolator only, not to
 * the loudness gate). Call once. */
void mdsp_meter_finish (MdspMeter *m);

/* -inf unless both are measured. */
double mdsp_meter_plr_db (double true_peak_db, double integrated_lufs);

/* final = the exact values over the whole programme, else running ones in bounded time. */
void mdsp_meter_read (const MdspMeter *m, bool final, MdspMeterReading *reading);
/* Linear peaks since reset. */
double mdsp_meter_true_peak_lin (const MdspMeter *m, unsigned channel);
double mdsp_meter_sample_peak_lin (const MdspMeter *m, unsigned channel);

#endif

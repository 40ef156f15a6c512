/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/meter.h"
#include "kernels/dmath.h"

#include <stdlib.h>
#include <string.h>

#define PSR_LOUD_PART_LU 10.0

static MdspStatus
new_stereo (MdspMeter *m, double rate_hz)
{
  const MdspStereoParams params = { rate_hz };
  m->stereo = calloc (1, sizeof *m->stereo);
  return m->stereo ? mdsp_stereo_init (m->stereo, &params, m->kernels) : MDSP_ERROR_MEMORY;
}

MdspStatus
mdsp_meter_init (MdspMeter *m, const MdspMeterParams *params, const MdspKernels *kernels)
{
  double weights[MDSP_MAX_CHANNELS];
  memset (m, 0, sizeof *m);
  if (params->n_channels < 1 || params->n_channels > MDSP_MAX_CHANNELS)
    return MDSP_ERROR_PARAM;
  m->kernels = kernels;
  m->has_true_peak = params->true_peak;
  m->psr_db = MDSP_SILENCE_DB;
  m->psr_min_db = __builtin_inf ();
  mdsp_layout_weights (params->speakers, params->n_channels, weights);
  MdspLoudnessParams loudness = { params->rate_hz, params->n_channels, weights, false };
  MdspStatus status = mdsp_loudness_init (&m->loudness, &loudness, kernels);
  if (status == MDSP_OK && params->true_peak) {
    MdspTruePeakParams peak = { params->rate_hz, params->n_channels, 4, 0 };
    status = mdsp_true_peak_init (&m->true_peak, &peak, kernels);
  }
  if (status == MDSP_OK && params->stereo_bands && params->n_channels == 2)
    status = new_stereo (m, params->rate_hz);
  m->sample_peak_lin = calloc (params->n_channels, sizeof (float));
  if (status == MDSP_OK && m->sample_peak_lin == NULL)
    status = MDSP_ERROR_MEMORY;
  if (status != MDSP_OK)
    mdsp_meter_clear (m);
  return status;
}

void
mdsp_meter_reset (MdspMeter *m)
{
  mdsp_loudness_reset (&m->loudness);
  if (m->has_true_peak)
    mdsp_true_peak_reset (&m->true_peak);
  if (m->stereo)
    mdsp_stereo_reset (m->stereo);
  memset (m->sample_peak_lin, 0, m->loudness.n_channels * sizeof (float));
  memset (m->window_lin, 0, sizeof m->window_lin);
  m->sample_window_lin = 0.0f;
  m->n_windows = 0;
  m->psr_db = MDSP_SILENCE_DB;
  m->psr_min_db = __builtin_inf ();
}

void
mdsp_meter_clear (MdspMeter *m)
{
  mdsp_loudness_clear (&m->loudness);
  if (m->has_true_peak)
    mdsp_true_peak_clear (&m->true_peak);
  if (m->stereo)
    mdsp_stereo_clear (m->stereo);
  free (m->stereo);
  m->stereo = NULL;
  free (m->sample_peak_lin);
  m->sample_peak_lin = NULL;
}

/* Every 100 ms: the peak of the window that ended enters the 3 s maximum. */
static void
step_psr (MdspMeter *m)
{
  float peak = m->sample_window_lin;
  m->sample_window_lin = 0.0f;
  if (m->has_true_peak) {
    float tp = (float) mdsp_true_peak_take_window (&m->true_peak);
    peak = tp > peak ? tp : peak;
  }
  m->window_lin[m->n_windows++ % MDSP_METER_PSR_WINDOWS] = peak;
  double shortterm = mdsp_loudness_shortterm (&m->loudness);
  if (!(shortterm > -70.0))
    return;
  float peak_3s = m->kernels->peak_abs_f32 (m->window_lin, MDSP_METER_PSR_WINDOWS);
  m->psr_db = mdsp_db_from_lin (peak_3s) - shortterm;
  if (shortterm >= mdsp_loudness_max_shortterm (&m->loudness) - PSR_LOUD_PART_LU &&
      m->psr_db < m->psr_min_db)
    m->psr_min_db = m->psr_db;
}

void
mdsp_meter_process (MdspMeter *m, const float *const planes[], size_t n_frames)
{
  const float *rest[MDSP_MAX_CHANNELS];
  for (size_t done = 0; done < n_frames;) {
    uint64_t left = mdsp_loudness_frames_to_step (&m->loudness);
    size_t n = n_frames - done < left ? n_frames - done : (size_t) left;
    for (unsigned c = 0; c < m->loudness.n_channels; c++) {
      rest[c] = planes[c] + done;
      float peak = m->kernels->peak_abs_f32 (rest[c], n);
      m->sample_peak_lin[c] = peak > m->sample_peak_lin[c] ? peak : m->sample_peak_lin[c];
      m->sample_window_lin = peak > m->sample_window_lin ? peak : m->sample_window_lin;
    }
    if (m->has_true_peak)
      mdsp_true_peak_process (&m->true_peak, rest, n);
    if (mdsp_loudness_process (&m->loudness, rest, n))
      step_psr (m);
    done += n;
  }
  if (m->stereo)
    mdsp_stereo_process (m->stereo, planes, n_frames);
}

void
mdsp_meter_finish (MdspMeter *m)
{
  if (m->has_true_peak)
    mdsp_true_peak_finish (&m->true_peak);
  if (m->stereo)
    mdsp_stereo_finish (m->stereo);
}

double
mdsp_meter_sample_peak_lin (const MdspMeter *m, unsigned channel)
{
  return m->sample_peak_lin[channel];
}

double
mdsp_meter_true_peak_lin (const MdspMeter *m, unsigned channel)
{
  double sample = m->sample_peak_lin[channel];
  if (!m->has_true_peak)
    return sample;
  /* The newest samples have not been through the interpolator yet. */
  double tp = mdsp_true_peak_lin (&m->true_peak, channel);
  return tp > sample ? tp : sample;
}

double
mdsp_meter_plr_db (double true_peak_db, double integrated_lufs)
{
  if (integrated_lufs == MDSP_SILENCE_DB || true_peak_db == MDSP_SILENCE_DB)
    return MDSP_SILENCE_DB;
  return true_peak_db - integrated_lufs;
}

static double
folded_change (const MdspLoudness *l, double integrated, bool final)
{
  if (l->n_channels != 2 || integrated == MDSP_SILENCE_DB)
    return 0.0;
  return mdsp_loudness_folded (l, final) - integrated;
}

void
mdsp_meter_read (const MdspMeter *m, bool final, MdspMeterReading *r)
{
  const MdspLoudness *l = &m->loudness;
  double peak = 0.0;
  for (unsigned c = 0; c < l->n_channels; c++)
    peak = mdsp_meter_true_peak_lin (m, c) > peak ? mdsp_meter_true_peak_lin (m, c) : peak;
  r->momentary = mdsp_loudness_momentary (l);
  r->shortterm = mdsp_loudness_shortterm (l);
  r->integrated = mdsp_loudness_integrated (l, final, &r->relative_threshold);
  r->range = mdsp_loudness_range (l, final);
  r->max_momentary = mdsp_loudness_max_momentary (l);
  r->max_shortterm = mdsp_loudness_max_shortterm (l);
  r->true_peak_db = mdsp_db_from_lin (peak);
  r->plr_db = mdsp_meter_plr_db (r->true_peak_db, r->integrated);
  r->psr_db = m->psr_db;
  r->psr_min_db = m->psr_min_db;
  r->stereo = mdsp_loudness_stereo (l, final ? MDSP_STEREO_PROGRAMME : MDSP_STEREO_400MS);
  r->stereo_long = mdsp_loudness_stereo (l, MDSP_STEREO_3S);
  r->folded_change_lu = folded_change (l, r->integrated, final);
}

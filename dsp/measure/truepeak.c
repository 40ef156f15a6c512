/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/truepeak.h"

#include <stdlib.h>
#include <string.h>

MdspStatus
mdsp_true_peak_init (MdspTruePeak *tp, const MdspTruePeakParams *params, const MdspKernels *kernels)
{
  memset (tp, 0, sizeof *tp);
  if (params->n_channels < 1 || params->n_channels > MDSP_MAX_CHANNELS)
    return MDSP_ERROR_PARAM;
  unsigned taps = params->taps ? params->taps : params->oversampling == 16 ? 64 : 32;
  MdspStatus status = mdsp_interpolator_design (&tp->filter, params->oversampling, taps);
  if (status != MDSP_OK)
    return status;
  tp->kernels = kernels;
  tp->keep_windows = true;
  tp->peak_lin = calloc (params->n_channels, sizeof (float));
  /* A group waits for `half` later frames and reads `half` earlier ones. */
  status = mdsp_history_init (&tp->history, params->n_channels, 2 * tp->filter.half + MDSP_GROUP,
                              MDSP_MAX_BLOCK, 0.0f);
  if (tp->peak_lin == NULL || status != MDSP_OK) {
    mdsp_true_peak_clear (tp);
    return MDSP_ERROR_MEMORY;
  }
  return MDSP_OK;
}

void
mdsp_true_peak_reset (MdspTruePeak *tp)
{
  mdsp_history_reset (&tp->history);
  memset (tp->peak_lin, 0, tp->history.n_channels * sizeof (float));
  tp->window_lin = 0.0f;
  tp->next_group = 0;
}

void
mdsp_true_peak_clear (MdspTruePeak *tp)
{
  mdsp_history_clear (&tp->history);
  free (tp->peak_lin);
  tp->peak_lin = NULL;
}

static void
read_groups (MdspTruePeak *tp)
{
  const int64_t half = tp->filter.half;
  int64_t ready = (tp->history.end - half) / MDSP_GROUP; /* groups [0, ready) are complete */
  size_t n_groups = ready > tp->next_group ? (size_t) (ready - tp->next_group) : 0;
  float peaks[MDSP_MAX_BLOCK / MDSP_GROUP + 1];

  if (n_groups == 0)
    return;
  for (unsigned c = 0; c < tp->history.n_channels; c++) {
    const float *x = mdsp_history_at (&tp->history, c, tp->next_group * MDSP_GROUP);
    /* A reading counts when it beats the channel's maximum or the window's: below the smaller of
     * the two the filter need not run, nor below the largest sample, which is itself a reading. */
    const float sample = tp->kernels->peak_abs_f32 (x, n_groups * MDSP_GROUP);
    float skip = tp->peak_lin[c];
    if (tp->keep_windows && tp->window_lin < skip)
      skip = tp->window_lin;
    skip = sample > skip ? sample : skip;
    mdsp_interpolator_peaks (&tp->filter, tp->kernels, x, peaks, n_groups, skip);
    float peak = tp->kernels->peak_abs_f32 (peaks, n_groups);
    tp->peak_lin[c] = peak > tp->peak_lin[c] ? peak : tp->peak_lin[c];
    tp->window_lin = peak > tp->window_lin ? peak : tp->window_lin;
  }
  tp->next_group = ready;
}

static void
feed (MdspTruePeak *tp, const float *const planes[], size_t n_frames)
{
  const float *rest[MDSP_MAX_CHANNELS];
  for (size_t done = 0; done < n_frames;) {
    size_t n = n_frames - done < MDSP_MAX_BLOCK - MDSP_GROUP ? n_frames - done
                                                             : MDSP_MAX_BLOCK - MDSP_GROUP;
    if (planes != NULL)
      for (unsigned c = 0; c < tp->history.n_channels; c++)
        rest[c] = planes[c] + done;
    mdsp_history_append (&tp->history, planes != NULL ? rest : NULL, n);
    read_groups (tp);
    done += n;
  }
}

void
mdsp_true_peak_process (MdspTruePeak *tp, const float *const planes[], size_t n_frames)
{
  feed (tp, planes, n_frames);
}

void
mdsp_true_peak_finish (MdspTruePeak *tp)
{
  feed (tp, NULL, 2 * tp->filter.half + MDSP_GROUP);
}

double
mdsp_true_peak_lin (const MdspTruePeak *tp, unsigned channel)
{
  return tp->peak_lin[channel];
}

double
mdsp_true_peak_max_lin (const MdspTruePeak *tp)
{
  double peak = 0.0;
  for (unsigned c = 0; c < tp->history.n_channels; c++)
    peak = tp->peak_lin[c] > peak ? tp->peak_lin[c] : peak;
  return peak;
}

double
mdsp_true_peak_take_window (MdspTruePeak *tp)
{
  double window = tp->window_lin;
  tp->window_lin = 0.0f;
  return window;
}

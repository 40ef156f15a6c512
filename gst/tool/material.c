/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "material.h"

#include "error.h"

#include "kernels/kernels.h"

#include <math.h>

/* Peaks that are 6 dB under the highest are lifted over it by no codec that anybody listens to. */
#define FLOOR 0.5
#define BLOCK 4096

static void
material_free (gpointer data)
{
  Material *m = data;

  sound_free (m->converted);
  g_free (m->dry);
  g_free (m);
}

GPtrArray *
materials_new (void)
{
  return g_ptr_array_new_with_free_func (material_free);
}

static void
find_sample_peak (Material *m)
{
  gsize n = (gsize) m->sound->n_frames * m->channels;
  float peak = 0.0f;

  for (gsize i = 0; i < n; i++)
    peak = MAX (peak, fabsf (m->sound->samples[i]));
  m->sample_peak_lin = peak;
  m->floor_lin = FLOOR * peak;
}

/* The peaks of one channel into its column of dry. */
static gboolean
map_channel (Material *m, guint channel, MdspPeakCell *cells)
{
  MdspPeakMapParams params = { .rate_hz = GST_AUDIO_INFO_RATE (&m->sound->info),
                               .n_channels = 1,
                               .cell_ms = TRIAL_CELL_MS,
                               .floor_lin = m->floor_lin,
                               .cells = cells,
                               .n_cells = m->n_cells };
  float block[BLOCK];
  const float *plane = block;
  MdspPeakMap map;

  if (mdsp_peak_map_init (&map, &params, mdsp_kernels_get ()) != MDSP_OK)
    return FALSE;
  for (guint64 done = 0, n; done < m->sound->n_frames; done += n) {
    n = MIN (m->sound->n_frames - done, BLOCK);
    for (guint64 i = 0; i < n; i++)
      block[i] = m->sound->samples[(done + i) * m->channels + channel];
    mdsp_peak_map_process (&map, &plane, n);
  }
  mdsp_peak_map_finish (&map);
  mdsp_peak_map_clear (&map);
  for (gsize i = 0; i < m->n_cells; i++) {
    m->dry[i * m->channels + channel] = cells[i].true_peak_lin;
    m->true_peak_lin = MAX (m->true_peak_lin, cells[i].true_peak_lin);
  }
  return TRUE;
}

static gboolean
map_peaks (Material *m, GError **error)
{
  g_autofree MdspPeakCell *cells = g_new0 (MdspPeakCell, m->n_cells);

  find_sample_peak (m);
  m->dry = g_new0 (float, m->n_cells * m->channels);
  for (guint c = 0; c < m->channels; c++)
    if (!map_channel (m, c, cells)) {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL,
                   "its peaks cannot be measured at %d Hz; convert it to 44100 or 48000 Hz first.",
                   GST_AUDIO_INFO_RATE (&m->sound->info));
      return FALSE;
    }
  return TRUE;
}

const Material *
materials_at (GPtrArray *materials, const Sound *sound, guint rate_hz, GError **error)
{
  Material *m;

  for (guint i = 0; i < materials->len; i++) {
    m = materials->pdata[i];
    if (GST_AUDIO_INFO_RATE (&m->sound->info) == (int) rate_hz)
      return m;
  }
  m = g_new0 (Material, 1);
  g_ptr_array_add (materials, m);
  m->channels = GST_AUDIO_INFO_CHANNELS (&sound->info);
  m->sound = sound;
  if (GST_AUDIO_INFO_RATE (&sound->info) != (int) rate_hz)
    m->sound = m->converted = sound_at_rate (sound, rate_hz, error);
  if (!m->sound)
    return NULL;
  m->n_cells = codec_trial_n_cells (m->sound);
  return map_peaks (m, error) ? m : NULL;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "stage_measure.h"

#include "stage_stereo.h"
#include "stage_tone.h"

gboolean
stage_measure (Master *m, const MasterOptions *options, Levels *levels, GError **error)
{
  g_autoptr (Ear) ear = ear_new ();
  const RenderEar ears[] = { { SETTINGS_EQ, ear_listener (ear) },
                             { SETTINGS_STEREO, stage_stereo_listener (m) },
                             { SETTINGS_DYN, levels_listener (levels) } };
  MdspSpectrumReading spectrum;
  RenderJob job = { .input = m->input,
                    .analysis = m->before,
                    .stream = options->stream,
                    .rate = m->rate,
                    .settings = m->settings,
                    .output_name = options->final_path,
                    .label = "Trying",
                    .until = SETTINGS_NORM,
                    .ears = ears,
                    .n_ears = G_N_ELEMENTS (ears) - (levels ? 0 : 1) };
  RenderResult result;

  if (!render_run (&job, &result, error))
    return FALSE;
  m->into_norm = result.meter;
  m->stage_work = result.dynamics;
  if (levels)
    levels_finish (levels);
  if (ear_finish (ear, &spectrum))
    stage_tone_tell (m, &spectrum);
  return TRUE;
}

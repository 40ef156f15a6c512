/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "stage_plan.h"

#include "stage_stereo.h"
#include "stage_tone.h"
#include "stages.h"

/* In the order of the chain: a later stage may look at what an earlier one decided. */
static gboolean (*const deciders[]) (Master *m, const MasterOptions *options, GError **error) = {
  stage_tone_decide,
  stage_stereo_decide,
  NULL,
};

static gboolean
has_processing (const Master *m)
{
  for (const Stage *stage = stages; stage->group; stage++)
    if (!stage->always && settings_has_stage (m->settings, stage->group))
      return TRUE;
  return FALSE;
}

/* The loudness search starts from what it gets, so that is measured; and so is what each stage did. */
static gboolean
measure_processed (Master *m, const MasterOptions *options, GError **error)
{
  g_autoptr (Ear) ear = ear_new ();
  const RenderEar ears[] = { { SETTINGS_EQ, ear_listener (ear) },
                             { SETTINGS_STEREO, stage_stereo_listener (m) } };
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
                    .n_ears = G_N_ELEMENTS (ears) };
  RenderResult result;

  if (!render_run (&job, &result, error))
    return FALSE;
  m->into_norm = result.meter;
  if (ear_finish (ear, &spectrum))
    stage_tone_tell (m, &spectrum);
  return TRUE;
}

gboolean
stage_plan (Master *m, const MasterOptions *options, GError **error)
{
  for (gsize i = 0; deciders[i]; i++)
    if (!deciders[i](m, options, error))
      return FALSE;
  if (has_processing (m) && !measure_processed (m, options, error))
    return FALSE;
  stage_stereo_tell (m, options);
  return TRUE;
}

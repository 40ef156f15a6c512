/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "stage_plan.h"

#include "dynamics_report.h"
#include "stage_dynamics.h"
#include "stage_measure.h"
#include "stage_stereo.h"
#include "stage_tone.h"
#include "stages.h"

/* In the order of the chain: a later stage may look at what an earlier one decided. The dynamics come
 * between them, but are decided last: what they are for is seen behind all others. */
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

gboolean
stage_plan (Master *m, const MasterOptions *options, GError **error)
{
  for (gsize i = 0; deciders[i]; i++)
    if (!deciders[i](m, options, error))
      return FALSE;
  /* the loudness search starts from what it gets, so that is measured */
  if (has_processing (m) && !stage_measure (m, options, NULL, error))
    return FALSE;
  if (!stage_dynamics_decide (m, options, error))
    return FALSE;
  dynamics_report_tell (m, options);
  stage_stereo_tell (m, options);
  return TRUE;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "stages.h"

#include "settings_file.h"

const Stage stages[] = {
  { SETTINGS_EQ, "mastereq", FALSE },
  { SETTINGS_DYN, "masterdyn", FALSE },
  { SETTINGS_STEREO, "masterstereo", FALSE },
  { SETTINGS_NORM, "loudnorm", TRUE },
  { SETTINGS_LIMIT, "truepeaklimit", TRUE },
  { NULL, NULL, FALSE },
};

const Stage *
stage_find (const char *group)
{
  for (const Stage *stage = stages; stage->group; stage++)
    if (g_str_equal (stage->group, group))
      return stage;
  return NULL;
}

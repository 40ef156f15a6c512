/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/bypass.h"

#include <string.h>

#define FADE_MS 20.0

MdspStatus
mdsp_bypass_init (MdspBypass *b, double rate_hz, unsigned n_channels, unsigned delay)
{
  memset (b, 0, sizeof *b);
  b->delay = delay;
  b->fade_frames = (unsigned) (FADE_MS * 0.001 * rate_hz);
  b->wet_target = 1.0f;
  return mdsp_history_init (&b->dry, n_channels, delay + MDSP_MAX_BLOCK, MDSP_MAX_BLOCK, 0.0f);
}

void
mdsp_bypass_set (MdspBypass *b, MdspMonitor monitor)
{
  float wet = monitor == MDSP_MONITOR_OUTPUT ? 1.0f : monitor == MDSP_MONITOR_DRY ? 0.0f : -1.0f;
  float dry = monitor == MDSP_MONITOR_OUTPUT ? 0.0f : 1.0f;
  if (wet == b->wet_target && dry == b->dry_target)
    return;
  float wet_now = b->wet_target - b->wet_step * (float) b->fade_left;
  float dry_now = b->dry_target - b->dry_step * (float) b->fade_left;
  b->wet_target = wet;
  b->dry_target = dry;
  b->fade_left = b->fade_frames;
  b->wet_step = (wet - wet_now) / (float) b->fade_frames;
  b->dry_step = (dry - dry_now) / (float) b->fade_frames;
}

void
mdsp_bypass_reset (MdspBypass *b)
{
  mdsp_history_reset (&b->dry);
  b->fade_left = 0;
}

void
mdsp_bypass_clear (MdspBypass *b)
{
  mdsp_history_clear (&b->dry);
}

/* Without a delay only this block's input can be asked for, and only now. */
static bool
is_needed (const MdspBypass *b)
{
  return b->delay > 0 || b->fade_left > 0 || b->wet_target != 1.0f;
}

void
mdsp_bypass_remember (MdspBypass *b, const float *const planes[], size_t n_frames)
{
  if (is_needed (b))
    mdsp_history_append (&b->dry, planes, n_frames);
}

/* Frames [from, to), the fade having `left` frames to go at `from` (0 = none). */
static void
blend (const MdspBypass *b, float *const planes[], size_t from, size_t to, size_t n_frames,
       unsigned left)
{
  const int64_t start = b->dry.end - (int64_t) n_frames - b->delay;
  for (unsigned c = 0; c < b->dry.n_channels; c++) {
    const float *dry = mdsp_history_at (&b->dry, c, start);
    for (size_t i = from; i < to; i++) {
      float to_go = left > 0 ? (float) (left - (unsigned) (i - from)) : 0.0f;
      planes[c][i] = (b->wet_target - b->wet_step * to_go) * planes[c][i] +
                     (b->dry_target - b->dry_step * to_go) * dry[i];
    }
  }
}

void
mdsp_bypass_apply (MdspBypass *b, float *const planes[], size_t n_frames)
{
  const size_t fade = n_frames < b->fade_left ? n_frames : b->fade_left;
  const int64_t steady = b->dry.end - (int64_t) (n_frames - fade) - b->delay;
  if (fade > 0) {
    blend (b, planes, 0, fade, n_frames, b->fade_left);
    b->fade_left -= (unsigned) fade;
  }
  if (b->wet_target == 1.0f)
    return;
  if (b->wet_target == 0.0f) {
    for (unsigned c = 0; c < b->dry.n_channels; c++)
      memcpy (planes[c] + fade, mdsp_history_at (&b->dry, c, steady),
              (n_frames - fade) * sizeof (float));
    return;
  }
  blend (b, planes, fade, n_frames, n_frames, 0);
}

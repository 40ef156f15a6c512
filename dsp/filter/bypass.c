/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/bypass.h"

#include <stdlib.h>
#include <string.h>

#define FADE_MS 20.0

MdspStatus
mdsp_bypass_init (MdspBypass *b, double rate_hz, unsigned n_channels, unsigned delay)
{
  memset (b, 0, sizeof *b);
  b->delay = delay;
  b->fade_frames = (unsigned) (FADE_MS * 0.001 * rate_hz);
  b->wet_target = 1.0f;
  b->n_channels = n_channels;
  b->size = (size_t) delay + MDSP_MAX_BLOCK;
  b->dry = calloc (n_channels * b->size, sizeof (float));
  return b->dry != NULL ? MDSP_OK : MDSP_ERROR_MEMORY;
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
  memset (b->dry, 0, b->n_channels * b->size * sizeof (float));
  b->end = 0;
  b->fade_left = 0;
}

void
mdsp_bypass_clear (MdspBypass *b)
{
  free (b->dry);
  b->dry = NULL;
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
  if (!is_needed (b))
    return;
  const size_t first = b->size - b->end < n_frames ? b->size - b->end : n_frames;
  for (unsigned c = 0; c < b->n_channels; c++) {
    float *ring = b->dry + c * b->size;
    memcpy (ring + b->end, planes[c], first * sizeof (float));
    memcpy (ring, planes[c] + first, (n_frames - first) * sizeof (float));
  }
  b->end = first < n_frames ? n_frames - first : (b->end + first) % b->size;
}

/* What the newest n frames of the output are without the processor. */
static void
recall (const MdspBypass *b, unsigned c, float *dry, size_t n)
{
  const float *ring = b->dry + c * b->size;
  const size_t start = (b->end + b->size - n - b->delay) % b->size;
  const size_t first = b->size - start < n ? b->size - start : n;
  memcpy (dry, ring + start, first * sizeof (float));
  memcpy (dry + first, ring, (n - first) * sizeof (float));
}

/* Frames [from, to), the fade having `left` frames to go at `from` (0 = none). */
static void
blend (const MdspBypass *b, float *const planes[], size_t from, size_t to, size_t n_frames,
       unsigned left)
{
  float dry[MDSP_MAX_BLOCK];
  for (unsigned c = 0; c < b->n_channels; c++) {
    recall (b, c, dry, n_frames);
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
  if (fade > 0) {
    blend (b, planes, 0, fade, n_frames, b->fade_left);
    b->fade_left -= (unsigned) fade;
  }
  if (b->wet_target == 1.0f)
    return;
  if (b->wet_target == 0.0f) {
    for (unsigned c = 0; c < b->n_channels; c++)
      recall (b, c, planes[c] + fade, n_frames - fade);
    return;
  }
  blend (b, planes, fade, n_frames, n_frames, 0);
}

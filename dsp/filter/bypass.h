/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What an element puts out around its processor: the processed signal, the untouched one with the
 * same delay, or the difference of the two. Switching fades over 20 ms.
 *
 *   y = wet_gain * processed + dry_gain * delayed input;  output (1, 0), dry (0, 1),
 *   difference (-1, 1)
 */
#ifndef MDSP_BYPASS_H
#define MDSP_BYPASS_H

#include "mdsp.h"

typedef enum { MDSP_MONITOR_OUTPUT, MDSP_MONITOR_DRY, MDSP_MONITOR_DIFFERENCE } MdspMonitor;

typedef struct {
  float *dry;       /* n_channels rings of `size` samples: what came in */
  size_t size, end; /* end: one past the newest */
  unsigned n_channels, delay;
  float wet_target, dry_target;
  unsigned fade_frames; /* of a whole fade */
  unsigned fade_left;   /* gain = target - step * fade_left: the same bits in any chunks */
  float wet_step, dry_step;
} MdspBypass;

MdspStatus mdsp_bypass_init (MdspBypass *b, double rate_hz, unsigned n_channels, unsigned delay);
void mdsp_bypass_set (MdspBypass *b, MdspMonitor monitor);
/* Empties the delay and ends a fade. */
void mdsp_bypass_reset (MdspBypass *b);
void mdsp_bypass_clear (MdspBypass *b);

/* Before the processor: remembers its input (n_frames <= MDSP_MAX_BLOCK). */
void mdsp_bypass_remember (MdspBypass *b, const float *const planes[], size_t n_frames);
/* After it, over the same frames, in place. Output mode leaves the planes untouched. */
void mdsp_bypass_apply (MdspBypass *b, float *const planes[], size_t n_frames);

#endif

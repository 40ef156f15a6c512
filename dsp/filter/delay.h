/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A plain delay, in place: a ring per channel whose samples are exchanged with the new ones. For long
 * delays nothing moves less memory; what filters read is a history (history.h).
 */
#ifndef MDSP_DELAY_H
#define MDSP_DELAY_H

#include "mdsp.h"

typedef struct {
  float *data; /* n_channels rows of `length` samples */
  size_t length, at;
  unsigned n_channels;
} MdspDelay;

/* length >= 1 frames; starts silent. */
MdspStatus mdsp_delay_init (MdspDelay *d, unsigned n_channels, size_t length);
void mdsp_delay_reset (MdspDelay *d);
void mdsp_delay_clear (MdspDelay *d);
void mdsp_delay_process (MdspDelay *d, float *const planes[], size_t n_frames);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The newest samples of a planar stream as one contiguous run per channel, addressed by stream
 * index: what delay lines and FIR filters read. Samples before the start of the stream are the
 * `initial` value.
 */
#ifndef MDSP_HISTORY_H
#define MDSP_HISTORY_H

#include "mdsp.h"

typedef struct {
  float *data; /* n_channels rows of `stride` samples */
  size_t stride, keep;
  unsigned n_channels;
  int64_t first, end; /* stream indices held: [first, end) */
  float initial;
} MdspHistory;

/* Holds at least the newest `keep` samples at any time; one append brings at most `block`.
 * Reading up to MDSP_PAD samples past the end is legal memory. */
MdspStatus mdsp_history_init (MdspHistory *h, unsigned n_channels, size_t keep, size_t block,
                              float initial);
void mdsp_history_reset (MdspHistory *h);
void mdsp_history_clear (MdspHistory *h);

/* Appends n frames (n <= block); src == NULL appends zeros. */
void mdsp_history_append (MdspHistory *h, const float *const *src, size_t n);
/* Makes room for n frames and moves the end; returns nothing: write through mdsp_history_at. */
void mdsp_history_extend (MdspHistory *h, size_t n);

/* Pointer to stream index `index` of a channel; index >= end - keep - (last append). */
static inline float *
mdsp_history_at (const MdspHistory *h, unsigned channel, int64_t index)
{
  return h->data + channel * h->stride + (index - h->first);
}

#endif

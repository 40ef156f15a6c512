/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Is one of two channels a late copy of the other? Products of the first differences of both at all
 * lags to 2 ms, of a stretch of every block of 100 ms, leaky over a second. Where in the block it lies
 * goes by the golden ratio, so that no tempo keeps a drum out of it.
 */
#ifndef MDSP_CHANNEL_DELAY_H
#define MDSP_CHANNEL_DELAY_H

#include "kernels/kernels.h"
#include "mdsp.h"

#define MDSP_CHANNEL_DELAY_MAX_MS 2.0

/* One channel as a late copy of the other. */
typedef struct {
  double ms;     /* how late the right one is (below 0: the left one); 0: neither is a copy */
  bool inverted; /* the copy is upside down as well */
} MdspLateCopy;

typedef struct {
  const MdspKernels *kernels;
  double rate_hz;
  unsigned n_segment; /* frames of a block that are looked at */
  unsigned max_lag;   /* frames */
  uint64_t n_blocks;
  uint64_t at;       /* frames since the block began */
  uint64_t skip;     /* of them in front of the stretch */
  float newest[2];   /* the samples before the next ones */
  float *segment[2]; /* first differences, n_segment + 2 max_lag */
  float *products;   /* 2 max_lag + 1, of one block */
  double *window;    /* the same, leaky */
  double energy[2];  /* of the first differences, alike */
} MdspChannelDelay;

/* rate_hz: MDSP_RATE_MIN .. MDSP_RATE_MAX. */
MdspStatus mdsp_channel_delay_init (MdspChannelDelay *d, double rate_hz,
                                    const MdspKernels *kernels);
void mdsp_channel_delay_reset (MdspChannelDelay *d);
void mdsp_channel_delay_clear (MdspChannelDelay *d);

/* Two planes, any number of frames of the block under way. */
void mdsp_channel_delay_process (MdspChannelDelay *d, const float *const planes[2],
                                 size_t n_frames);
/* Ends a block of 100 ms. */
void mdsp_channel_delay_close_block (MdspChannelDelay *d);

/* |ms| <= MDSP_CHANNEL_DELAY_MAX_MS. */
MdspLateCopy mdsp_channel_delay_found (const MdspChannelDelay *d);

#endif

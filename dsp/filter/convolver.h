/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Long FIR filters in blocks: output = input, delayed, + filters (input). What is filtered is only what a
 * filter adds to the delayed input, so a filter of zeros leaves the very samples, and the rounding of the
 * transforms (f32) is as small as what is done to the sound.
 *
 * Uniformly partitioned overlap-save (W. G. Gardner 1995 has the family): the filter in pieces of one
 * block, each as the spectrum of piece and zeros; a block of input is transformed once, multiplied with
 * every piece while it grows older, and one transform back gives a block of output:
 *
 *   Y_j = sum over p of X_{j-p} H_p,  X_j of blocks j-1 and j,  y_j = the second half of Y_j
 *
 * Two sets of filters may be at work in a block: it begins with the one and ends with the other.
 */
#ifndef MDSP_CONVOLVER_H
#define MDSP_CONVOLVER_H

#include "filter/fft.h"
#include "kernels/kernels.h"

#define MDSP_FIR_ROUTES 4 /* from two channels to two */

/* What a set of filters is made for: block frames (a power of two, 128 .. 32768) and pieces. */
typedef struct {
  unsigned block, pieces;
  MdspFft fft; /* of two blocks */
  float *time, *work;
} MdspFirShape;

MdspStatus mdsp_fir_shape_design (MdspFirShape *shape, const MdspKernels *k, unsigned block,
                                  unsigned pieces);
void mdsp_fir_shape_clear (MdspFirShape *shape);

/* Filters from channel `in` to channel `out`, or one for every channel to itself. */
typedef struct {
  unsigned n_routes;
  bool everywhere;
  uint8_t out[MDSP_FIR_ROUTES], in[MDSP_FIR_ROUTES];
  float *spectra; /* [route][piece][re, im][bin] */
  size_t stride;  /* floats per route */
} MdspFirSet;

/* An empty set. */
MdspStatus mdsp_fir_set_init (MdspFirSet *set, const MdspFirShape *shape);
void mdsp_fir_set_empty (MdspFirSet *set);
/* One more route, of block * pieces taps. */
void mdsp_fir_set_add (MdspFirSet *set, MdspFirShape *shape, unsigned out, unsigned in,
                       const float *taps);
/* The only route: the same filter for every channel. */
void mdsp_fir_set_everywhere (MdspFirSet *set, MdspFirShape *shape, const float *taps);
void mdsp_fir_set_clear (MdspFirSet *set);

typedef struct {
  const MdspKernels *kernels;
  MdspFirShape *shape;
  unsigned n_channels, bins;
  size_t delay;                     /* of the dry path, frames */
  unsigned at;                      /* frames into the block */
  int64_t n_blocks, first_spectrum; /* complete since reset; the oldest with a spectrum */
  size_t ring_frames;
  float *ring;    /* [channel][ring_frames]: the newest input */
  float *spectra; /* [channel][block % pieces][re, im][bin] */
  float *added;   /* [channel][block]: what the filters add to the block that comes out */
  bool adds;
  float *sum; /* [re, im][bin] */
  float *fade, *second;
} MdspConvolver;

/* Output is `delay` frames late in the dry path, block * pieces at most; the filters come one block later
 * than their taps say, so a centre tap of 1 - 1 at delay - block would be the dry path. `shape` outlives
 * the convolver. */
MdspStatus mdsp_convolver_init (MdspConvolver *c, MdspFirShape *shape, unsigned n_channels,
                                size_t delay, const MdspKernels *kernels);
void mdsp_convolver_reset (MdspConvolver *c);
void mdsp_convolver_clear (MdspConvolver *c);

/* How many frames the block under way still takes, 1 .. block. */
unsigned mdsp_convolver_room (const MdspConvolver *c);
/* In place, n <= room frames. `dry` (or NULL): gets the delayed input. True: the block is full, the next
 * call has to be mdsp_convolver_turn. */
bool mdsp_convolver_process (MdspConvolver *c, float *const planes[], float *const dry[], size_t n);
/* Filters the block that is full; what comes out next goes from one set to the other. */
void mdsp_convolver_turn (MdspConvolver *c, const MdspFirSet *from, const MdspFirSet *to);

#endif

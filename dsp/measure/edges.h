/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How a file begins and ends: where its first and last sounds are, and whether it starts or stops in
 * the middle of one.
 */
#ifndef MDSP_MEASURE_EDGES_H
#define MDSP_MEASURE_EDGES_H

#include <stddef.h>
#include <stdint.h>

/* Quieter than this is silence: -60 dBFS. */
#define MDSP_EDGES_SILENCE 0.001f

typedef struct {
  unsigned n_channels;
  uint64_t n_frames;
  uint64_t first_sound; /* frame; UINT64_MAX when there is none */
  uint64_t after_sound; /* the frame behind the last sound; 0 when there is none */
  float first_peak;     /* of the very first frame, linear */
} MdspEdges;

void mdsp_edges_init (MdspEdges *edges, unsigned n_channels);

/* Planar, any number of frames; a NaN is no sound. */
void mdsp_edges_process (MdspEdges *edges, const float *const planes[], size_t n_frames);

/* Seconds of silence at the start and at the end. */
double mdsp_edges_head_s (const MdspEdges *edges, double rate_hz);
double mdsp_edges_tail_s (const MdspEdges *edges, double rate_hz);

#endif

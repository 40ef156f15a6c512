/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One call of one kernel with all its buffers, so that test_kernels.c can run the same call on two
 * tables and compare everything that either of them could have touched.
 */
#ifndef KERNEL_CASES_H
#define KERNEL_CASES_H

#include "kernels/tables.h"

#define SLOT_FLOATS  5120
#define MAX_CASCADE  21 /* two pipes of the widest vectors, and some */
#define MAX_SLOTS    18
#define MAX_SECTIONS 5

typedef enum { FILL_NOISE, FILL_WILD, FILL_EDGES, FILL_PLATEAUS, N_FILLS } Fill;

/* A buffer between two pages that must not be touched; data ends, with its allowed padding, at or
 * shortly before the second one, so a read too far is a crash and a write too far is seen. */
typedef struct {
  float *page; /* SLOT_FLOATS long */
  float *x;
  size_t size, pad;
} Slot;

typedef struct {
  Slot slot[MAX_SLOTS];
  unsigned n_slots;
  size_t n; /* units: frames, segments or groups */
  Fill fill;
  unsigned round;
  unsigned stagger; /* floats: for the benchmark, so that buffers do not alias modulo 4096 bytes */
  uint64_t rng;
  unsigned channels, segment, half;
  float gain;
  MdspKWeightCoef coef;
  MdspCrossoverCoef crossover, crossover_step;
  unsigned bands;
  MdspGainCurveCoef curve;
  MdspBallisticsCoef ballistics;
  double weight;
  MdspBandCoef band_coef;
  MdspLanesCoef lanes[MAX_SECTIONS];
  MdspPowerLanes power_lanes;
  MdspCascadeSection cascade[MAX_CASCADE], cascade_step[MAX_CASCADE];
  MdspDirectSection direct[MAX_CASCADE];
  struct {
    double state[2][2][2], sums[3], other_state[2][2][2], other_sums[3], tree[MDSP_CROSSOVER_STAGES][2][4];
    double lane_state[MAX_SECTIONS][2][MDSP_LANES], lane_sums[MDSP_LANES];
    double power_state[MDSP_POWER_SECTIONS][2][MDSP_POWER_LANES], power_sums[MDSP_POWER_LANES];
    double lanes[2][4];
    uint64_t count, fp_mode;
    float peak, bend;
    MdspBandState bands;
    double cascade[MAX_CASCADE][2][2];
    double parts[3][8];
  } r; /* no padding: compared with memcmp */
} Frame;

typedef struct {
  const char *name;
  unsigned frames_per_unit;
  void (*setup) (Frame *f);
  void (*run) (const MdspKernels *k, Frame *f, size_t from, size_t count);
} KernelCase;

extern const KernelCase kernel_cases[];
extern const unsigned n_kernel_cases;

void frame_alloc (Frame *f);
/* Fills everything from the seed: the same arguments give the same frame on every machine. */
void frame_setup (Frame *f, const KernelCase *c, size_t n, Fill fill, unsigned round,
                  uint64_t seed);
/* to becomes a copy of from in its own memory. */
void frame_clone (Frame *to, const Frame *from);
/* Writes what the contract leaves open (the padding after outputs) alike in every frame. */
void frame_forget_padding (Frame *f);
uint32_t random_u32 (uint64_t *rng);

#endif

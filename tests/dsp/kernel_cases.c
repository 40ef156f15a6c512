/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "kernel_cases.h"

#include "mdsp.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* splitmix64: integers only, so that every machine sees the same data. */
uint32_t
random_u32 (uint64_t *rng)
{
  uint64_t z = (*rng += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (uint32_t) ((z ^ (z >> 31)) >> 32);
}

static float
from_bits (uint32_t u)
{
  float x;
  memcpy (&x, &u, sizeof x);
  return x;
}

static float
noise (Frame *f)
{
  return (float) ((int32_t) random_u32 (&f->rng) >> 8) * 0x1p-23f;
}

/* Any normal magnitude that the sanitizer lets pass, 2^-100 to 2^40. */
static float
wild (Frame *f)
{
  uint32_t u = random_u32 (&f->rng), exponent = 27 + random_u32 (&f->rng) % 140;
  return from_bits ((u & 0x807fffffu) | exponent << 23);
}

/* Few values, so that equal neighbours, zeros of both signs and branch limits are common. */
static float
edge (Frame *f)
{
  static const float values[] = { 0.0f,     0.5f,           0x1.000002p-1f, 0x1.fffffep-2f,
                                  1.0f,     0x1p-100f,      0x1p-41f,       0x1.8p-41f,
                                  0x1p-40f, 0x1.fffffep39f, 1e-3f,          0.25f };
  uint32_t u = random_u32 (&f->rng);
  float v = values[(u >> 1) % (sizeof values / sizeof values[0])];
  return u & 1 ? v : -v;
}

static void
fill_values (Frame *f, float *x, ptrdiff_t size)
{
  for (ptrdiff_t i = 0; i < size;) {
    float v = f->fill == FILL_NOISE ? noise (f) : f->fill == FILL_WILD ? wild (f) : edge (f);
    ptrdiff_t run = f->fill == FILL_PLATEAUS ? 1 + random_u32 (&f->rng) % 12 : 1;
    for (; run > 0 && i < size; run--)
      x[i++] = v;
  }
}

/* The next buffer: size floats to use, `before` readable ones in front, `pad` after. */
static float *
add (Frame *f, size_t size, size_t before, size_t pad)
{
  Slot *s = &f->slot[f->n_slots++];
  size_t shift = f->round % 2 ? random_u32 (&f->rng) % 16 : f->n_slots * f->stagger;
  if (f->n_slots > MAX_SLOTS || before + size + pad + shift + 1 > SLOT_FLOATS)
    abort ();
  memset (s->page, 0xaa, SLOT_FLOATS * sizeof (float));
  s->x = s->page + SLOT_FLOATS - shift - pad - size;
  s->size = size;
  s->pad = pad;
  fill_values (f, s->x - before, (ptrdiff_t) (before + size));
  for (size_t i = 0; i < pad; i++)
    s->x[size + i] = __builtin_nanf ("");
  return s->x;
}

void
frame_alloc (Frame *f)
{
  const size_t page = (size_t) sysconf (_SC_PAGESIZE), bytes = SLOT_FLOATS * sizeof (float);
  memset (f, 0, sizeof *f);
  for (unsigned i = 0; i < MAX_SLOTS; i++) {
    char *m = mmap (NULL, bytes + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (m == MAP_FAILED || mprotect (m + page, bytes, PROT_READ | PROT_WRITE) != 0) {
      perror ("mmap");
      exit (2);
    }
    f->slot[i].page = (float *) (void *) (m + page);
  }
}

void
frame_setup (Frame *f, const KernelCase *c, size_t n, Fill fill, unsigned round, uint64_t seed)
{
  f->n_slots = 0;
  f->n = n;
  f->fill = fill;
  f->round = round;
  f->rng = seed ^ ((uint64_t) (c - kernel_cases) << 56) ^ ((uint64_t) round << 40) ^ n << 8;
  memset (&f->r, 0, sizeof f->r);
  c->setup (f);
}

void
frame_clone (Frame *to, const Frame *from)
{
  float *page[MAX_SLOTS];
  for (unsigned i = 0; i < MAX_SLOTS; i++)
    page[i] = to->slot[i].page;
  *to = *from;
  for (unsigned i = 0; i < MAX_SLOTS; i++) {
    to->slot[i].page = page[i];
    if (i >= from->n_slots)
      continue;
    to->slot[i].x = page[i] + (from->slot[i].x - from->slot[i].page);
    memcpy (page[i], from->slot[i].page, SLOT_FLOATS * sizeof (float));
  }
}

void
frame_forget_padding (Frame *f)
{
  for (unsigned i = 0; i < f->n_slots; i++)
    for (size_t k = 0; k < f->slot[i].pad; k++)
      f->slot[i].x[f->slot[i].size + k] = 0.0f;
}

/* --- the kernels ------------------------------------------------------------------------------ */

#define X(i) (f->slot[i].x)

static void
setup_layout (Frame *f)
{
  static const unsigned channels[] = { 2, 1, 2, 6, 2, 8, 3, 17, 2, 5 };
  f->channels = f->n > 220 ? 2 : channels[f->round % 10];
  for (unsigned c = 0; c < f->channels; c++)
    add (f, f->n, 0, 0);
  add (f, f->n * f->channels, 0, 0);
}

static void
run_deinterleave (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  float *planes[MAX_SLOTS];
  for (unsigned c = 0; c < f->channels; c++)
    planes[c] = X (c) + from;
  k->deinterleave_f32 (planes, X (f->channels) + from * f->channels, f->channels, count);
}

/* What the kernels that clean meet, and no other: bit patterns around their limits. */
static void
dirty (Frame *f, float *x, size_t n)
{
  static const uint32_t limits[] = { 0x00000000, 0x00000001, 0x007fffff, 0x00800000, 0x0d7fffff,
                                     0x0d800000, 0x3f800000, 0x537fffff, 0x53800000, 0x7f7fffff,
                                     0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff };
  for (size_t i = 0; f->fill != FILL_NOISE && i < n; i++) {
    uint32_t u = random_u32 (&f->rng);
    if (f->fill != FILL_WILD)
      u = limits[u % 14] | (random_u32 (&f->rng) & 0x80000000u);
    memcpy (&x[i], &u, sizeof u);
  }
}

static void
setup_layout_clean (Frame *f)
{
  setup_layout (f);
  dirty (f, X (f->channels), f->n * f->channels);
}

static void
run_deinterleave_clean (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  float *planes[MAX_SLOTS];
  for (unsigned c = 0; c < f->channels; c++)
    planes[c] = X (c) + from;
  f->r.count +=
      k->deinterleave_clean_f32 (planes, X (f->channels) + from * f->channels, f->channels, count);
}

static void
run_interleave (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  const float *planes[MAX_SLOTS];
  for (unsigned c = 0; c < f->channels; c++)
    planes[c] = X (c) + from;
  k->interleave_f32 (X (f->channels) + from * f->channels, planes, f->channels, count);
}

static void
setup_sanitize (Frame *f)
{
  dirty (f, add (f, f->n, 0, 0), f->n);
}

static void
run_sanitize (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  f->r.count += k->sanitize_f32 (X (0) + from, count);
}

static void
setup_one (Frame *f)
{
  add (f, f->n, 0, 0);
}

static void
run_peak (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  float peak = k->peak_abs_f32 (X (0) + from, count);
  f->r.peak = peak > f->r.peak ? peak : f->r.peak;
}

static void
setup_peak_bend (Frame *f)
{
  add (f, f->n + 2, 0, 0);
}

/* A bend needs a neighbour on either side, so pieces overlap by two; a shorter call before has every
 * length from 0 on. */
static void
run_peak_bend (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  for (size_t more = count < 100 ? 0 : 2; more <= 2; more += 2) {
    float peak, bend;
    k->peak_bend_f32 (X (0) + from, count + more, &peak, &bend);
    f->r.peak = peak > f->r.peak ? peak : f->r.peak;
    f->r.bend = bend > f->r.bend ? bend : f->r.bend;
  }
}

static void
setup_four (Frame *f)
{
  for (unsigned i = 0; i < 4; i++)
    add (f, f->n, 0, 0);
  f->gain = noise (f);
}

/* Every third round works in place. */
static float *
dst_of (Frame *f)
{
  return X (f->round % 3 == 1 ? 1 : 0);
}

static void
run_gain (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->gain_f32 (dst_of (f) + from, X (1) + from, f->gain, count);
}

static void
run_mul (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->mul_f32 (dst_of (f) + from, X (1) + from, X (2) + from, count);
}

static void
run_mix (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  float *dst = f->round % 3 == 2 ? X (2) : dst_of (f);
  k->mix_f32 (dst + from, X (1) + from, X (2) + from, X (3) + from, count);
}

static void
setup_ramp (Frame *f)
{
  f->segment = f->round % 2 && f->n < 60 ? MDSP_GRID : MDSP_GROUP;
  add (f, f->n * f->segment, 0, 0);
  add (f, f->n + 1, 0, 0);
}

static void
run_ramp (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->ramp_f32 (X (0) + from * f->segment, X (1) + from, count, f->segment);
}

static void
setup_interp (Frame *f)
{
  static const unsigned halves[] = { 16, 1, 12, 2, 24, 6, 32, 5 };
  f->half = halves[f->round % 8];
  for (unsigned i = 0; i < 3; i++)
    add (f, f->n, 0, MDSP_PAD);
  add (f, f->n + f->half, f->half - 1, MDSP_PAD);
  for (unsigned i = 0; i < 3; i++)
    add (f, f->half, 0, 0);
}

static void
run_interp_pair (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->interp_pair_f32 (X (0) + from, X (1) + from, X (3) + from, count, X (4), X (5), f->half);
}

static void
run_interp_pair_mid (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->interp_pair_mid_f32 (X (0) + from, X (1) + from, X (2) + from, X (3) + from, count, X (4),
                          X (5), X (6), f->half);
}

static void
setup_refine (Frame *f)
{
  setup_four (f);
  for (size_t i = 0; i < f->n; i++)
    X (0)[i] = X (0)[i] < 0.0f ? -X (0)[i] : X (0)[i];
}

static void
run_refine (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->refine_max_f32 (X (0) + from, X (1) + from, X (2) + from, X (3) + from, count);
}

static void
setup_group (Frame *f)
{
  add (f, f->n, 0, 0);
  add (f, f->n * MDSP_GROUP, 0, 0);
  for (size_t i = 0; i < f->n * MDSP_GROUP; i++)
    X (1)[i] = X (1)[i] < 0.0f ? -X (1)[i] : X (1)[i]; /* -0 stays */
}

static void
run_group (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->group_max_f32 (X (0) + from, X (1) + from * MDSP_GROUP, count);
}

/* BS.1770-5 Annex 1, tables 1 and 2: the coefficients at 48 kHz. */
static void
setup_kweight (Frame *f)
{
  add (f, f->n, 0, 0);
  add (f, f->n, 0, 0);
  f->coef = (MdspKWeightCoef){
    { { 1.53512485958697, -2.69169618940638, 1.19839281085285 }, { 1.0, -2.0, 1.0 } },
    { { -1.69065929318241, 0.73248077421585 }, { -1.99004745483398, 0.99007225036621 } }
  };
  for (unsigned i = 0; i < 8; i++)
    f->r.state[i / 4][i / 2 % 2][i % 2] = noise (f);
  for (unsigned i = 0; i < 3; i++)
    f->r.sums[i] = noise (f);
}

static void
setup_kweight_two (Frame *f)
{
  setup_kweight (f);
  add (f, f->n, 0, 0);
  add (f, f->n, 0, 0);
  for (unsigned i = 0; i < 8; i++)
    f->r.other_state[i / 4][i / 2 % 2][i % 2] = noise (f);
  for (unsigned i = 0; i < 3; i++)
    f->r.other_sums[i] = noise (f);
}

static void
run_kweight (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  /* every third round is mono: both inputs are the same buffer */
  const float *second = X (f->round % 3 == 1 ? 0 : 1);
  k->kweight_f64 (&f->coef, f->r.state, X (0) + from, second + from, count, f->r.sums);
}

static void
run_kweight_two (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  const float *const x[4] = { X (0) + from, X (1) + from, X (2) + from,
                              X (f->round % 3 == 1 ? 2 : 3) + from };
  double (*const state[2])[2][2] = { f->r.state, f->r.other_state };
  double *const sums[2] = { f->r.sums, f->r.other_sums };
  k->kweight_two_f64 (&f->coef, state, x, count, sums);
}

/* Sections at any frequency: a = 2 t1, b = sqrt2 2 g t1, c = g / sqrt2 with
 * t1 = 1 / (1 + g (g + sqrt2)). */
static void
setup_crossover (Frame *f)
{
  f->bands = 4 - f->round % 3;
  for (unsigned b = 0; b < 2 * f->bands; b++)
    add (f, f->n, 0, 0);
  add (f, f->n, 0, 0);
  add (f, f->n, 0, 0);
  for (unsigned s = 0; s < MDSP_CROSSOVER_STAGES; s++)
    for (unsigned l = 0; l < 4; l++) {
      const double g = 1.0 + 0.999 * noise (f), t1 = 1.0 / (1.0 + g * (g + MDSP_SQRT2));
      f->crossover.a[s][l] = 2.0 * t1;
      f->crossover.b[s][l] = MDSP_SQRT2 * 2.0 * g * t1;
      f->crossover.c[s][l] = g / MDSP_SQRT2;
      f->crossover_step.a[s][l] = noise (f) * 1e-4;
      f->crossover_step.b[s][l] = noise (f) * 1e-4;
      f->crossover_step.c[s][l] = noise (f) * 1e-4;
      f->r.tree[s][0][l] = noise (f);
      f->r.tree[s][1][l] = noise (f);
    }
}

static void
run_crossover (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  float *bands[8];
  const unsigned in = 2 * f->bands, second = in + (f->round % 5 == 1 ? 0 : 1);
  for (unsigned b = 0; b < in; b++)
    bands[b] = X (b) + from;
  k->crossover_f64 (&f->crossover, f->round % 4 == 3 ? &f->crossover_step : NULL, from, f->r.tree,
                    f->bands, X (in) + from, X (second) + from, bands, count);
}

/* Resonances over the whole range in the lanes, as pole radius and angle allow. */
static void
setup_bands (Frame *f)
{
  MdspBandCoef *k = &f->band_coef;
  add (f, f->n, 0, 0);
  add (f, f->n, 0, 0);
  for (unsigned i = 0; i < 2 * MDSP_BAND_LANES; i++) {
    unsigned stage = i / MDSP_BAND_LANES, b = i % MDSP_BAND_LANES;
    k->c[stage][3][b] = 0.745 + 0.245 * noise (f);
    k->c[stage][2][b] = 1.4 * noise (f);
    for (unsigned j = 0; j < 2; j++)
      k->c[stage][j][b] = noise (f);
  }
  double *state = &f->r.bands.w[0][0][0][0];
  for (size_t i = 0; i < sizeof f->r.bands / sizeof (double); i++)
    state[i] = noise (f);
}

static void
run_bands (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  const float *second = X (f->round % 3 == 1 ? 0 : 1);
  k->band_products_f64 (&f->band_coef, &f->r.bands, X (0) + from, second + from, count);
}

/* Frames of doubles in a slot, whatever its shift. */
static double *
lanes_of (Frame *f, unsigned slot)
{
  return (double *) (((uintptr_t) X (slot) + 7) & ~(uintptr_t) 7);
}

/* Sections with poles inside the unit circle, other ones in every lane. */
static void
setup_lanes (Frame *f)
{
  for (unsigned s = 0; s < 2; s++) {
    add (f, f->n * 2 * MDSP_LANES + 1, 0, 0);
    memset (f->slot[s].x, 0, f->slot[s].size * sizeof (float));
  }
  for (size_t i = 0; i < f->n * MDSP_LANES; i++)
    lanes_of (f, 0)[i] = noise (f);
  for (unsigned s = 0; s < MAX_SECTIONS; s++)
    for (unsigned l = 0; l < MDSP_LANES; l++) {
      double radius = 0.5 + 0.499 * noise (f);
      for (unsigned k = 0; k < 3; k++)
        f->lanes[s].b[k][l] = noise (f);
      f->lanes[s].a[0][l] = 2.0 * radius * noise (f);
      f->lanes[s].a[1][l] = radius * radius;
      f->r.lane_state[s][0][l] = noise (f);
      f->r.lane_state[s][1][l] = noise (f);
      f->r.lane_sums[l] = noise (f);
    }
}

static void
run_lanes (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  static const uint8_t order[2][MDSP_LANES] = { { 0, 1, 2, 3 }, { 3, 0, 0, 2 } };
  /* every third round works in place */
  bool in_place = f->round % 3 == 1;
  double *x = lanes_of (f, 0) + from * MDSP_LANES, *y = lanes_of (f, 1) + from * MDSP_LANES;
  k->biquad_lanes_f64 (f->lanes, f->r.lane_state, 1 + f->round % MAX_SECTIONS, in_place ? x : y, x,
                       order[!in_place], count, f->r.lane_sums);
}

/* Up to five sections in the first half of the lanes, as many or fewer in the second. */
static void
setup_powers_of_lanes (Frame *f)
{
  MdspPowerLanes *k = &f->power_lanes;
  memset (k, 0, sizeof *k);
  add (f, f->n * 4 + 1, 0, 0);
  memset (f->slot[0].x, 0, f->slot[0].size * sizeof (float));
  for (size_t i = 0; i < f->n * 2; i++)
    lanes_of (f, 0)[i] = noise (f);
  k->n_sections[0] = (f->round + 3) % 6; /* 3 in the benchmark */
  k->n_sections[1] = k->n_sections[0] > f->round / 6 % 3 ? k->n_sections[0] - f->round / 6 % 3 : 0;
  for (unsigned l = 0; l < MDSP_POWER_LANES; l++) {
    k->weight[0][l] = noise (f);
    k->weight[1][l] = noise (f);
    f->r.power_sums[l] = noise (f);
    for (unsigned s = 0; s < k->n_sections[l / 4]; s++) {
      const double radius = 0.5 + 0.499 * noise (f);
      k->c[s][0][l] = noise (f);
      k->c[s][1][l] = noise (f);
      k->c[s][2][l] = 2.0 * radius * noise (f);
      k->c[s][3][l] = radius * radius;
    }
    for (unsigned s = 0; s < MDSP_POWER_SECTIONS; s++) {
      f->r.power_state[s][0][l] = noise (f);
      f->r.power_state[s][1][l] = noise (f);
    }
  }
}

static void
run_powers_of_lanes (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  const double *pairs = lanes_of (f, 0) + 2 * from;
  k->lane_powers_f64 (&f->power_lanes, f->r.power_state, (const double (*)[2]) (const void *) pairs,
                      count, f->r.power_sums);
}

/* n butterflies of s interleaved transforms; the twiddles are any numbers. */
static void
setup_fft_radix4 (Frame *f)
{
  static const unsigned interleaved[] = { 1, 4, 16, 1, 8, 64 };
  f->segment = f->n * 64 <= 512 ? interleaved[f->round % 6] : f->n <= 128 && f->round % 2 ? 4 : 1;
  for (unsigned i = 0; i < 4; i++)
    add (f, 4 * f->n * f->segment, 0, 0);
  add (f, 6 * f->n, 0, 0);
}

static void
run_fft_radix4 (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  const size_t s = f->segment;
  k->fft_radix4_f32 (X (0) + 4 * s * from, X (1) + 4 * s * from, X (2) + s * from, X (3) + s * from,
                     s * f->n, X (4) + from, f->n, f->segment, count);
}

static void
setup_fft_split (Frame *f)
{
  for (unsigned i = 0; i < 8; i++)
    add (f, f->n, 0, 0);
  f->gain = noise (f);
}

static void
run_fft_split (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  const ptrdiff_t last = (ptrdiff_t) f->n - 1 - (ptrdiff_t) from;
  k->fft_split_f32 (X (0) + from, X (1) + from, X (2) + from, X (3) + from, X (4) + last,
                    X (5) + last, X (6) + from, X (7) + from, f->round % 2 ? 1.0f : -1.0f, f->gain,
                    count);
}

static void
setup_complex (Frame *f)
{
  for (unsigned i = 0; i < 6; i++)
    add (f, f->n, 0, 0);
}

static void
run_multiply_add_complex (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->multiply_add_complex_f32 (X (0) + from, X (1) + from, X (2) + from, X (3) + from, X (4) + from,
                               X (5) + from, count);
}

static double (*pairs_of (Frame *f, unsigned slot))[2]
{
  return (double (*)[2]) (void *) lanes_of (f, slot);
}

static void
setup_pairs (Frame *f)
{
  add (f, f->n, 0, 0);
  add (f, f->n, 0, 0);
  add (f, f->n * 4 + 1, 0, MDSP_PAD);
  memset (f->slot[2].x, 0, f->slot[2].size * sizeof (float));
  /* small ones too: what the way back flushes */
  for (size_t i = 0; i < f->n * 2; i++)
    lanes_of (f, 2)[i] = f->fill == FILL_WILD ? (double) wild (f) * (double) wild (f) : noise (f);
}

static void
run_pair (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->pair_f64 (pairs_of (f, 2) + from, X (0) + from, X (f->round % 3 == 1 ? 0 : 1) + from, count);
}

static void
run_unpair (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->unpair_f32 (X (0) + from, X (1) + from, (const double (*)[2]) (pairs_of (f, 2) + from), count);
}

/* State-variable sections of other g and k in each channel, mixed at random. */
static void
setup_cascade (Frame *f)
{
  setup_pairs (f);
  for (size_t i = 0; i < f->n * 2; i++)
    lanes_of (f, 2)[i] = noise (f);
  for (unsigned s = 0; s < MAX_CASCADE; s++)
    for (unsigned c = 0; c < 2; c++) {
      const double g = 1.0 + 0.999 * noise (f), d = 1.0 + g * (g + 1.0 + 0.9 * noise (f));
      f->cascade[s].t0[c] = 2.0 / d;
      f->cascade[s].t1[c] = 2.0 * g / d;
      f->cascade[s].g[c] = g;
      f->cascade[s].m0[c] = noise (f);
      f->cascade[s].m1[c] = noise (f);
      f->cascade[s].m2[c] = noise (f);
      for (unsigned k = 0; k < 2; k++)
        f->r.cascade[s][k][c] = noise (f);
    }
  double *step = &f->cascade_step[0].t0[0];
  for (size_t i = 0; i < sizeof f->cascade_step / (sizeof (double)); i++)
    step[i] = 1e-5 * noise (f);
}

static void
run_cascade (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->cascade_f64 (f->cascade, f->round % 4 == 3 ? f->cascade_step : NULL, from, f->r.cascade,
                  f->round == 0 ? 8 : 1 + f->round * 7 % MAX_CASCADE, pairs_of (f, 2) + from,
                  count);
}

/* Direct sections with poles inside the unit circle. */
static void
setup_direct (Frame *f)
{
  setup_cascade (f);
  for (unsigned s = 0; s < MAX_CASCADE; s++)
    for (unsigned c = 0; c < 2; c++) {
      f->direct[s].a2[c] = 0.9 * noise (f);
      f->direct[s].a1[c] = 0.95 * (1.0 + f->direct[s].a2[c]) * noise (f);
      f->direct[s].b0[c] = noise (f);
      f->direct[s].c1[c] = noise (f);
      f->direct[s].c2[c] = noise (f);
    }
}

static void
run_direct (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->cascade_direct_f64 (f->direct, f->r.cascade,
                         f->round == 0 ? 8 : 1 + f->round * 7 % MAX_CASCADE, pairs_of (f, 2) + from,
                         count);
}

/* Signals large and small, their powers, levels in dB. */
static void
setup_group_power (Frame *f)
{
  add (f, f->n, 0, 0);
  add (f, f->n * MDSP_GROUP, 0, 0);
  for (size_t i = 0; f->fill == FILL_WILD && i < f->n * MDSP_GROUP; i++)
    while (X (1)[i] > 0x1p40f || X (1)[i] < -0x1p40f)
      X (1)[i] *= 0x1p-40f; /* the sanitizer's limit */
}

static void
run_group_peak_power (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->group_peak_power_f32 (X (0) + from, X (1) + from * MDSP_GROUP, count);
}

static void
run_group_mean_power (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->group_mean_power_f32 (X (0) + from, X (1) + from * MDSP_GROUP, count);
}

static void
setup_powers (Frame *f)
{
  setup_four (f);
  for (size_t i = 0; i < f->n; i++)
    X (1)[i] = X (1)[i] == 0.0f ? 1.0f : X (1)[i] < 0.0f ? -X (1)[i] : X (1)[i];
}

static void
run_power_to_db (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->power_to_db_f32 (dst_of (f) + from, X (1) + from, count);
}

static void
setup_levels (Frame *f)
{
  setup_four (f);
  for (size_t i = 0; f->fill == FILL_NOISE && i < f->n; i++)
    X (1)[i] *= 130.0f;
  f->curve = (MdspGainCurveCoef){
    .sign = f->round % 2 ? 1.0f : -1.0f,
    .threshold = noise (f) * 40.0f,
    .half_knee = f->round % 3 ? 3.0f : 0.0f,
    .knee = f->round % 3 ? 6.0f : 0.0f,
    .per_knee = f->round % 3 ? 0.5f / 6.0f : 0.0f,
    .slope = noise (f),
    .lowest = -12.0f,
    .highest = 9.0f,
    .fade_slope = f->round % 4 ? 0.0f : 0.1f,
    .fade_offset = f->round % 4 ? 1.0f : 6.0f,
  };
}

static void
run_db_to_gain (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->db_to_gain_f32 (dst_of (f) + from, X (1) + from, count);
}

static void
run_gain_curve (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->gain_curve_f32 (dst_of (f) + from, X (1) + from, &f->curve, count);
}

static void
setup_follow (Frame *f)
{
  for (unsigned i = 0; i < 12; i++)
    add (f, f->n, 0, 0);
  for (unsigned l = 0; l < 4; l++) {
    f->ballistics.sign[l] = random_u32 (&f->rng) % 2 ? 1.0 : -1.0;
    f->ballistics.attack[l] = 0.5 + 0.5 * (double) noise (f);
    f->ballistics.release[l] = 0.01 + 0.01 * (double) noise (f);
    f->r.lanes[0][l] = f->round % 2 ? (double) noise (f) : 0.0;
    f->r.lanes[1][l] = f->round % 2 ? (double) noise (f) * 1e-6 : 0.0;
    for (size_t i = 0; i < f->n; i++) {
      X (4 + l)[i] = 0.5f + 0.5f * noise (f);
      X (8 + l)[i] = 0.5f + 0.5f * noise (f);
    }
  }
  f->weight = 0.1;
}

static void
run_follow (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  const float *x[4];
  float *y[4];
  for (unsigned l = 0; l < 4; l++) {
    x[l] = X (l) + from;
    y[l] = X (f->round % 3 == 1 ? l : 4 + l) + from;
  }
  k->follow_f64 (f->weight, f->round % 2, f->r.lanes[0], x, y, count);
}

static void
run_ballistics (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  const float *attack[4], *release[4];
  float *x[4];
  for (unsigned l = 0; l < 4; l++) {
    x[l] = X (l) + from;
    attack[l] = X (4 + l) + from;
    release[l] = X (8 + l) + from;
  }
  k->ballistics_f64 (&f->ballistics, f->r.lanes, x, f->round % 3 == 1 ? attack : NULL,
                     f->round % 3 == 1 ? release : NULL, count);
}

static void
setup_mix_bands (Frame *f)
{
  for (unsigned i = 0; i < 9; i++)
    add (f, f->n, 0, 0);
  f->bands = 4 - f->round % 4;
}

static void
run_mix_bands (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  const float *x[4], *g[4];
  for (unsigned b = 0; b < 4; b++) {
    x[b] = X (1 + b) + from;
    g[b] = X (5 + b) + from;
  }
  k->mix_bands_f32 (dst_of (f) + from, x, g, f->bands, count);
}

static void
run_ms_encode (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->ms_encode_f32 (X (0) + from, X (1) + from, X (2) + from, X (3) + from, count);
}

static void
run_ms_decode (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->ms_decode_f32 (X (0) + from, X (1) + from, X (2) + from, X (3) + from, count);
}

static void
run_spread (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->spread_f32 (X (0) + from, X (1) + from, X (2) + from, X (3) + from, count);
}

static void
run_add (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->add_f32 (X (0) + from, X (1) + from, count);
}

static void
setup_products (Frame *f)
{
  add (f, 8 * f->n, 0, 0);
  add (f, 8 * f->n, 0, 0);
  for (unsigned i = 0; i < 24; i++)
    f->r.parts[i / 8][i % 8] = noise (f);
}

static void
run_products (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->products_f64 (X (0) + 8 * from, X (1) + 8 * from, count, f->r.parts);
}

/* More samples than lags, and fewer. */
#define LAG_SAMPLES 37

static void
setup_lag_products (Frame *f)
{
  add (f, f->n, 0, 0);
  add (f, LAG_SAMPLES, 0, 0);
  add (f, f->n + LAG_SAMPLES - 1, 0, 0);
}

static void
run_lag_products (const MdspKernels *k, Frame *f, size_t from, size_t count)
{
  k->lag_products_f32 (X (0) + from, X (1), LAG_SAMPLES, X (2) + from, count);
}

const KernelCase kernel_cases[] = {
  { "deinterleave_f32", 1, setup_layout, run_deinterleave },
  { "deinterleave_clean_f32", 1, setup_layout_clean, run_deinterleave_clean },
  { "interleave_f32", 1, setup_layout, run_interleave },
  { "sanitize_f32", 1, setup_sanitize, run_sanitize },
  { "peak_abs_f32", 1, setup_one, run_peak },
  { "peak_bend_f32", 1, setup_peak_bend, run_peak_bend },
  { "gain_f32", 1, setup_four, run_gain },
  { "mul_f32", 1, setup_four, run_mul },
  { "mix_f32", 1, setup_four, run_mix },
  { "ramp_f32", MDSP_GROUP, setup_ramp, run_ramp },
  { "interp_pair_f32", 1, setup_interp, run_interp_pair },
  { "interp_pair_mid_f32", 1, setup_interp, run_interp_pair_mid },
  { "refine_max_f32", 1, setup_refine, run_refine },
  { "group_max_f32", MDSP_GROUP, setup_group, run_group },
  { "kweight_f64", 1, setup_kweight, run_kweight },
  { "kweight_two_f64", 1, setup_kweight_two, run_kweight_two },
  { "crossover_f64", 1, setup_crossover, run_crossover },
  { "group_peak_power_f32", MDSP_GROUP, setup_group_power, run_group_peak_power },
  { "group_mean_power_f32", MDSP_GROUP, setup_group_power, run_group_mean_power },
  { "power_to_db_f32", 1, setup_powers, run_power_to_db },
  { "db_to_gain_f32", 1, setup_levels, run_db_to_gain },
  { "gain_curve_f32", 1, setup_levels, run_gain_curve },
  { "follow_f64", MDSP_GROUP, setup_follow, run_follow },
  { "ballistics_f64", MDSP_GROUP, setup_follow, run_ballistics },
  { "mix_bands_f32", 1, setup_mix_bands, run_mix_bands },
  { "band_products_f64", 1, setup_bands, run_bands },
  { "biquad_lanes_f64", 1, setup_lanes, run_lanes },
  { "lane_powers_f64", 1, setup_powers_of_lanes, run_powers_of_lanes },
  { "fft_radix4_f32", 4, setup_fft_radix4, run_fft_radix4 },
  { "fft_split_f32", 1, setup_fft_split, run_fft_split },
  { "multiply_add_complex_f32", 1, setup_complex, run_multiply_add_complex },
  { "pair_f64", 1, setup_pairs, run_pair },
  { "unpair_f32", 1, setup_pairs, run_unpair },
  { "cascade_f64", 1, setup_cascade, run_cascade },
  { "cascade_direct_f64", 1, setup_direct, run_direct },
  { "ms_encode_f32", 1, setup_four, run_ms_encode },
  { "ms_decode_f32", 1, setup_four, run_ms_decode },
  { "spread_f32", 1, setup_four, run_spread },
  { "add_f32", 1, setup_four, run_add },
  { "products_f64", 8, setup_products, run_products },
  { "lag_products_f32", 1, setup_lag_products, run_lag_products },
};
const unsigned n_kernel_cases = sizeof kernel_cases / sizeof kernel_cases[0];

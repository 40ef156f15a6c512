/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/convolver.h"

#include <stdlib.h>
#include <string.h>

/* --- shape and filters --------------------------------------------------------------------------- */

MdspStatus
mdsp_fir_shape_design (MdspFirShape *shape, const MdspKernels *k, unsigned block, unsigned pieces)
{
  memset (shape, 0, sizeof *shape);
  if (pieces < 1 || block < MDSP_FFT_MIN / 2 || block > MDSP_FFT_MAX / 2)
    return MDSP_ERROR_PARAM;
  MdspStatus status = mdsp_fft_design (&shape->fft, k, 2 * block);
  if (status != MDSP_OK)
    return status;
  shape->block = block;
  shape->pieces = pieces;
  shape->time = calloc (2 * block, sizeof (float));
  shape->work = calloc (mdsp_fft_work (&shape->fft), sizeof (float));
  if (shape->time != NULL && shape->work != NULL)
    return MDSP_OK;
  mdsp_fir_shape_clear (shape);
  return MDSP_ERROR_MEMORY;
}

void
mdsp_fir_shape_clear (MdspFirShape *shape)
{
  mdsp_fft_clear (&shape->fft);
  free (shape->time);
  free (shape->work);
  memset (shape, 0, sizeof *shape);
}

/* Floats of one spectrum. */
static size_t
spectrum_size (const MdspFirShape *shape)
{
  return 2 * (size_t) mdsp_fft_bins (&shape->fft);
}

MdspStatus
mdsp_fir_set_init (MdspFirSet *set, const MdspFirShape *shape)
{
  memset (set, 0, sizeof *set);
  set->stride = shape->pieces * spectrum_size (shape);
  set->spectra = calloc (MDSP_FIR_ROUTES * set->stride, sizeof (float));
  return set->spectra != NULL ? MDSP_OK : MDSP_ERROR_MEMORY;
}

void
mdsp_fir_set_clear (MdspFirSet *set)
{
  free (set->spectra);
  memset (set, 0, sizeof *set);
}

void
mdsp_fir_set_empty (MdspFirSet *set)
{
  set->n_routes = 0;
  set->everywhere = false;
}

void
mdsp_fir_set_add (MdspFirSet *set, MdspFirShape *shape, unsigned out, unsigned in,
                  const float *taps)
{
  const size_t size = spectrum_size (shape), bytes = shape->block * sizeof (float);
  float *to = set->spectra + set->n_routes * set->stride;
  set->out[set->n_routes] = (uint8_t) out;
  set->in[set->n_routes] = (uint8_t) in;
  set->n_routes++;
  memset (shape->time + shape->block, 0, bytes);
  for (unsigned p = 0; p < shape->pieces; p++, to += size) {
    memcpy (shape->time, taps + p * shape->block, bytes);
    mdsp_fft_forward (&shape->fft, shape->time, to, to + size / 2, shape->work);
  }
}

void
mdsp_fir_set_everywhere (MdspFirSet *set, MdspFirShape *shape, const float *taps)
{
  mdsp_fir_set_empty (set);
  mdsp_fir_set_add (set, shape, 0, 0, taps);
  set->everywhere = true;
}

/* --- life ---------------------------------------------------------------------------------------- */

MdspStatus
mdsp_convolver_init (MdspConvolver *c, MdspFirShape *shape, unsigned n_channels, size_t delay,
                     const MdspKernels *kernels)
{
  const unsigned block = shape->block;
  memset (c, 0, sizeof *c);
  if (n_channels < 1 || n_channels > MDSP_MAX_CHANNELS || delay > block * shape->pieces)
    return MDSP_ERROR_PARAM;
  c->kernels = kernels;
  c->shape = shape;
  c->n_channels = n_channels;
  c->bins = mdsp_fft_bins (&shape->fft);
  c->delay = delay;
  c->ring_frames = (size_t) block * (shape->pieces + 1); /* what a rebuild needs, and the delay */
  c->ring = calloc (n_channels * c->ring_frames, sizeof (float));
  c->spectra = calloc (n_channels * shape->pieces * 2 * (size_t) c->bins, sizeof (float));
  c->added = calloc (n_channels * (size_t) block, sizeof (float));
  c->sum = calloc (2 * (size_t) c->bins, sizeof (float));
  c->second = calloc (block, sizeof (float));
  c->fade = calloc (block, sizeof (float));
  if (c->ring == NULL || c->spectra == NULL || c->added == NULL || c->sum == NULL ||
      c->second == NULL || c->fade == NULL) {
    mdsp_convolver_clear (c);
    return MDSP_ERROR_MEMORY;
  }
  for (unsigned i = 0; i < block; i++)
    c->fade[i] = ((float) i + 0.5f) / (float) block;
  mdsp_convolver_reset (c);
  return MDSP_OK;
}

void
mdsp_convolver_clear (MdspConvolver *c)
{
  free (c->ring);
  free (c->spectra);
  free (c->added);
  free (c->sum);
  free (c->second);
  free (c->fade);
  memset (c, 0, sizeof *c);
}

void
mdsp_convolver_reset (MdspConvolver *c)
{
  memset (c->ring, 0, c->n_channels * c->ring_frames * sizeof (float));
  c->at = 0;
  c->n_blocks = c->first_spectrum = 0;
  c->adds = false;
}

/* --- audio --------------------------------------------------------------------------------------- */

unsigned
mdsp_convolver_room (const MdspConvolver *c)
{
  return c->shape->block - c->at;
}

/* n frames from or to place `at` of a ring. */
static void
ring_write (float *ring, size_t size, size_t at, const float *x, size_t n)
{
  const size_t first = n < size - at ? n : size - at;
  memcpy (ring + at, x, first * sizeof (float));
  memcpy (ring, x + first, (n - first) * sizeof (float));
}

static void
ring_read (const float *ring, size_t size, size_t at, float *x, size_t n)
{
  const size_t first = n < size - at ? n : size - at;
  memcpy (x, ring + at, first * sizeof (float));
  memcpy (x + first, ring, (n - first) * sizeof (float));
}

bool
mdsp_convolver_process (MdspConvolver *c, float *const planes[], float *const dry[], size_t n)
{
  const size_t size = c->ring_frames, block = c->shape->block;
  const size_t head = ((size_t) c->n_blocks % (size / block)) * block + c->at;
  const size_t tail = (head + size - c->delay) % size;
  for (unsigned ch = 0; ch < c->n_channels; ch++) {
    float *ring = c->ring + ch * size;
    ring_write (ring, size, head, planes[ch], n);
    ring_read (ring, size, tail, planes[ch], n);
    if (dry != NULL)
      memcpy (dry[ch], planes[ch], n * sizeof (float));
    if (c->adds)
      c->kernels->add_f32 (planes[ch], c->added + ch * block + c->at, n);
  }
  c->at += (unsigned) n;
  return c->at == block;
}

static float *
spectrum_of (const MdspConvolver *c, unsigned channel, int64_t block)
{
  const unsigned pieces = c->shape->pieces;
  return c->spectra + (channel * (size_t) pieces + (size_t) (block % pieces)) * 2 * c->bins;
}

/* The spectrum of input blocks j - 1 and j; what is before the stream is silence. */
static void
transform_block (MdspConvolver *c, int64_t j)
{
  const unsigned block = c->shape->block;
  const size_t blocks = c->ring_frames / block;
  for (unsigned ch = 0; ch < c->n_channels; ch++) {
    const float *ring = c->ring + ch * c->ring_frames;
    float *to = spectrum_of (c, ch, j), *x = c->shape->time;
    const size_t before = ((size_t) j + blocks - 1) % blocks, now = (size_t) j % blocks;
    memcpy (x, ring + before * block, block * sizeof (float));
    memcpy (x + block, ring + now * block, block * sizeof (float));
    mdsp_fft_forward (&c->shape->fft, x, to, to + c->bins, c->shape->work);
  }
}

/* Block j of what a set's routes to `out` add; false: nothing. */
static bool
filter_block (MdspConvolver *c, const MdspFirSet *set, unsigned out, int64_t j, float *to)
{
  const unsigned pieces = c->shape->pieces, bins = c->bins, block = c->shape->block;
  const size_t size = 2 * (size_t) bins;
  bool any = false;
  for (unsigned r = 0; r < set->n_routes; r++) {
    const unsigned in = set->everywhere ? out : set->in[r];
    if (!set->everywhere && set->out[r] != out)
      continue;
    if (!any)
      memset (c->sum, 0, size * sizeof (float));
    any = true;
    for (unsigned p = 0; p < pieces && (int64_t) p <= j; p++) {
      const float *x = spectrum_of (c, in, j - p), *h = set->spectra + r * set->stride + p * size;
      c->kernels->multiply_add_complex_f32 (c->sum, c->sum + bins, x, x + bins, h, h + bins, bins);
    }
  }
  if (!any)
    return false;
  mdsp_fft_inverse (&c->shape->fft, c->sum, c->sum + bins, c->shape->time, c->shape->work);
  memcpy (to, c->shape->time + block, block * sizeof (float));
  return true;
}

static void
turn_channel (MdspConvolver *c, const MdspFirSet *from, const MdspFirSet *to, unsigned channel,
              int64_t j)
{
  const unsigned block = c->shape->block;
  float *added = c->added + channel * (size_t) block;
  if (!filter_block (c, from, channel, j, added))
    memset (added, 0, block * sizeof (float));
  if (to == from)
    return;
  if (!filter_block (c, to, channel, j, c->second))
    memset (c->second, 0, block * sizeof (float));
  c->kernels->mix_f32 (added, added, c->second, c->fade, block);
}

void
mdsp_convolver_turn (MdspConvolver *c, const MdspFirSet *from, const MdspFirSet *to)
{
  const int64_t j = c->n_blocks, oldest = j - (c->shape->pieces - 1);
  c->adds = from->n_routes > 0 || to->n_routes > 0;
  /* While nothing is added nothing is transformed; then the blocks that still matter are made up for. */
  if (c->adds) {
    for (int64_t i = oldest > c->first_spectrum ? oldest : c->first_spectrum; i <= j; i++)
      transform_block (c, i);
    c->first_spectrum = j + 1;
    for (unsigned ch = 0; ch < c->n_channels; ch++)
      turn_channel (c, from, to, ch, j);
  }
  c->n_blocks++;
  c->at = 0;
}

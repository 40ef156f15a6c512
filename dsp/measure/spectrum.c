/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/spectrum.h"
#include "kernels/dmath.h"
#include "measure/loudness.h"

#include <math.h> /* floor */
#include <stdlib.h>
#include <string.h>

#define FRAME_S                                                                                    \
  0.25 /* a frame is the next power of two: bins of 2.4 to 4 Hz, finer than the lowest band */
#define BANDS        MDSP_SPECTRUM_BANDS
#define PARTS        MDSP_SPECTRUM_PARTS
#define BAND_1KHZ    17   /* index of the band around 1 kHz */
#define TOP_OF_RATE  0.45 /* bands that end above are left to the anti-aliasing filters */
#define GATE_LUFS    (-70.0)
#define STEPS_PER_LU 10.0
#define MANY_BINS    64
#define LG2_10       3.321928094887362347870319429489

static double
third_octave (double steps)
{
  return 1000.0 * mdsp_exp2 (steps / 10.0 * LG2_10);
}

double
mdsp_spectrum_centre_hz (unsigned band)
{
  return third_octave ((double) band - BAND_1KHZ);
}

double
mdsp_spectrum_upper_hz (int band)
{
  return third_octave ((double) band - BAND_1KHZ + 0.5);
}

/* The lower edge of a part; that of part PARTS is the band's upper edge. */
static double
part_edge_hz (unsigned band, unsigned part)
{
  return third_octave ((double) band - BAND_1KHZ - 0.5 + (double) part / PARTS);
}

double
mdsp_spectrum_part_hz (unsigned band, unsigned part)
{
  return third_octave ((double) band - BAND_1KHZ - 0.5 + (part + 0.5) / PARTS);
}

/* Bin k covers (k - 1/2) .. (k + 1/2) times rate / size; an edge inside it cuts it. */
static MdspSpectrumPart
design_part (const MdspSpectrum *s, unsigned band, unsigned part)
{
  const double per_hz = s->fft.size / s->rate_hz;
  const double low = part_edge_hz (band, part) * per_hz + 0.5;
  const double high = part_edge_hz (band, part + 1) * per_hz + 0.5;
  MdspSpectrumPart b = { (unsigned) floor (low), (unsigned) floor (high), 0.0f, 0.0f };
  b.first_weight = (float) (1.0 - (low - b.first));
  b.last_weight = (float) (high - b.last);
  if (b.first == b.last) { /* the whole part inside one bin */
    b.first_weight = (float) (high - low);
    b.last_weight = 0.0f;
  }
  return b;
}

static unsigned
frame_size (double rate_hz)
{
  unsigned size = MDSP_FFT_MIN;
  while (size < MDSP_FFT_MAX && size < FRAME_S * rate_hz)
    size *= 2;
  return size;
}

static void
design (MdspSpectrum *s)
{
  MdspKWeightCoef k;
  mdsp_kweight_design (&k, s->rate_hz);
  s->n_bands = 0;
  for (int b = 0; b < BANDS; b++) {
    if (mdsp_spectrum_upper_hz (b) > TOP_OF_RATE * s->rate_hz && b > 0)
      break;
    for (unsigned i = 0; i < PARTS; i++)
      s->parts[b][i] = design_part (s, (unsigned) b, i);
    s->k_power[b] = mdsp_power_from_db (
        mdsp_kweight_response_db (&k, s->rate_hz, mdsp_spectrum_centre_hz ((unsigned) b)));
    s->n_bands++;
  }
  mdsp_fft_hann (s->window, s->fft.size);
}

static MdspStatus
allocate (MdspSpectrum *s)
{
  const size_t n = s->fft.size, bins = mdsp_fft_bins (&s->fft), work = mdsp_fft_work (&s->fft);
  s->memory = calloc (5 * n + 2 * bins + work + 8 * MDSP_FFT_ROW_SPARE, sizeof (float));
  s->levels = calloc (MDSP_SPECTRUM_LEVELS, sizeof *s->levels);
  if (s->memory == NULL || s->levels == NULL)
    return MDSP_ERROR_MEMORY;
  float *at = s->memory;
  s->window = mdsp_fft_row (&at, n);
  for (unsigned i = 0; i < 2; i++) {
    s->input[i] = mdsp_fft_row (&at, n);
    s->frame[i] = mdsp_fft_row (&at, n);
  }
  s->bins[0] = mdsp_fft_row (&at, bins);
  s->bins[1] = mdsp_fft_row (&at, bins);
  s->work = mdsp_fft_row (&at, work);
  return MDSP_OK;
}

MdspStatus
mdsp_spectrum_init (MdspSpectrum *s, const MdspSpectrumParams *params, const MdspKernels *kernels)
{
  memset (s, 0, sizeof *s);
  if (!(params->rate_hz >= MDSP_RATE_MIN && params->rate_hz <= MDSP_RATE_MAX) ||
      params->n_channels < 1 || params->n_channels > 2)
    return MDSP_ERROR_PARAM;
  s->rate_hz = params->rate_hz;
  s->n_channels = params->n_channels;
  MdspStatus status = mdsp_fft_design (&s->fft, kernels, frame_size (s->rate_hz));
  if (status == MDSP_OK && (status = allocate (s)) != MDSP_OK)
    mdsp_spectrum_clear (s);
  if (status == MDSP_OK)
    design (s);
  return status;
}

void
mdsp_spectrum_reset (MdspSpectrum *s)
{
  s->n_filled = 0;
  s->n_taken = 0;
  memset (s->levels, 0, MDSP_SPECTRUM_LEVELS * sizeof *s->levels);
  s->total_power = 0.0;
  s->total_count = 0;
}

void
mdsp_spectrum_clear (MdspSpectrum *s)
{
  mdsp_fft_clear (&s->fft);
  free (s->memory);
  free (s->levels);
  memset (s, 0, sizeof *s);
}

/* Sum of |X|^2 over [first, last): running sums in a fixed order, short latency chains that every
 * machine rounds alike; many bins through a kernel. */
static double
bin_power (const MdspKernels *kernels, const float *re, const float *im, unsigned first,
           unsigned last)
{
  double sum[4] = { 0.0, 0.0, 0.0, 0.0 };
  unsigned k = first;
  if (last >= first + MANY_BINS) {
    const unsigned n_groups = (last - first) / 8;
    double parts[3][8] = { { 0.0 } };
    kernels->products_f64 (re + first, im + first, n_groups, parts);
    for (unsigned i = 0; i < 8; i++)
      sum[i % 4] += parts[0][i] + parts[1][i];
    k += 8 * n_groups;
  }
  for (; k + 4 <= last; k += 4)
    for (unsigned i = 0; i < 4; i++)
      sum[i] += (double) re[k + i] * re[k + i] + (double) im[k + i] * im[k + i];
  for (; k < last; k++)
    sum[0] += (double) re[k] * re[k] + (double) im[k] * im[k];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* Mean square of each part in a frame that has `length` samples under the window. */
static void
measure_frame (MdspSpectrum *s, const float *frame, unsigned length, double power[BANDS][PARTS])
{
  const MdspKernels *k = s->fft.k;
  const float *re = s->bins[0], *im = s->bins[1];
  /* Parseval, both halves of the spectrum, and the window's mean square of 3/8 */
  const double scale = 2.0 / ((double) s->fft.size * 0.375 * length);
  mdsp_fft_forward (&s->fft, frame, s->bins[0], s->bins[1], s->work);
  for (unsigned b = 0; b < s->n_bands; b++)
    for (unsigned i = 0; i < PARTS; i++) {
      const MdspSpectrumPart *part = &s->parts[b][i];
      power[b][i] =
          scale * (part->first_weight * bin_power (k, re, im, part->first, part->first + 1) +
                   bin_power (k, re, im, part->first + 1, part->last) +
                   part->last_weight * bin_power (k, re, im, part->last, part->last + 1));
    }
}

static unsigned
level_of (double lufs)
{
  const double step = floor ((lufs - GATE_LUFS) * STEPS_PER_LU);
  return step >= MDSP_SPECTRUM_LEVELS ? MDSP_SPECTRUM_LEVELS - 1 : (unsigned) step;
}

/* Sum of the channels' powers: 2 (M^2 + S^2) for two. */
static double
both (const MdspSpectrum *s, double mid, double side)
{
  return s->n_channels == 2 ? 2.0 * (mid + side) : mid;
}

static double
sum_of (const double part[PARTS])
{
  double sum = 0.0;
  for (unsigned i = 0; i < PARTS; i++)
    sum += part[i];
  return sum;
}

static void
store (MdspSpectrum *s, double mid[BANDS][PARTS], double side[BANDS][PARTS])
{
  double power = 0.0;
  for (unsigned b = 0; b < s->n_bands; b++)
    power += s->k_power[b] * both (s, sum_of (mid[b]), sum_of (side[b]));
  const double lufs = mdsp_lufs_from_power (power);
  if (!(lufs > GATE_LUFS))
    return;
  MdspSpectrumSum *level = &s->levels[level_of (lufs)];
  level->count++;
  for (unsigned b = 0; b < s->n_bands; b++) {
    level->mid[b] += sum_of (mid[b]);
    level->side[b] += sum_of (side[b]);
    for (unsigned i = 0; i < PARTS; i++)
      level->part[b][i] += both (s, mid[b][i], side[b][i]);
  }
  s->total_power += power;
  s->total_count++;
}

/* What is in the input rows, `length` samples from the start, under the window. */
static void
take_frame (MdspSpectrum *s, const float *window, unsigned length)
{
  double mid[BANDS][PARTS], side[BANDS][PARTS] = { { 0.0 } };
  const MdspKernels *k = s->fft.k;
  if (s->n_channels == 1) {
    k->mul_f32 (s->frame[0], window, s->input[0], length);
  } else {
    k->ms_encode_f32 (s->frame[0], s->frame[1], s->input[0], s->input[1], length);
    for (unsigned i = 0; i < 2; i++)
      k->mul_f32 (s->frame[i], s->frame[i], window, length);
    measure_frame (s, s->frame[1], length, side);
  }
  measure_frame (s, s->frame[0], length, mid);
  store (s, mid, side);
}

void
mdsp_spectrum_process (MdspSpectrum *s, const float *const planes[], size_t n_frames)
{
  const unsigned size = s->fft.size, half = size / 2;
  for (size_t done = 0; done < n_frames;) {
    size_t n = n_frames - done < size - s->n_filled ? n_frames - done : size - s->n_filled;
    for (unsigned c = 0; c < s->n_channels; c++)
      memcpy (s->input[c] + s->n_filled, planes[c] + done, n * sizeof (float));
    s->n_filled += (unsigned) n;
    s->n_taken += n;
    done += n;
    if (s->n_filled < size)
      return;
    take_frame (s, s->window, size);
    for (unsigned c = 0; c < s->n_channels; c++)
      memcpy (s->input[c], s->input[c] + half, half * sizeof (float));
    s->n_filled = half;
  }
}

void
mdsp_spectrum_finish (MdspSpectrum *s)
{
  const unsigned length = s->n_filled;
  if (s->n_taken >= s->fft.size || length < 2)
    return;
  for (unsigned i = 0; i < 2; i++)
    memset (s->frame[i], 0, s->fft.size * sizeof (float));
  mdsp_fft_hann (s->window, length);
  take_frame (s, s->window, length);
  mdsp_fft_hann (s->window, s->fft.size);
}

/* The step at which the relative gate lies, and whether it counts: when its mean is above. */
static unsigned
first_level (const MdspSpectrum *s)
{
  const double gate = s->total_power / (double) s->total_count * 0.1;
  const double lufs = mdsp_lufs_from_power (gate);
  if (!(lufs > GATE_LUFS))
    return 0;
  const unsigned level = level_of (lufs);
  const MdspSpectrumSum *sum = &s->levels[level];
  double power = 0.0;
  for (unsigned b = 0; b < s->n_bands; b++)
    power += s->k_power[b] * both (s, sum->mid[b], sum->side[b]);
  return power > gate * (double) sum->count ? level : level + 1;
}

static void
add_gated (const MdspSpectrum *s, MdspSpectrumSum *total)
{
  for (unsigned i = first_level (s); i < MDSP_SPECTRUM_LEVELS; i++) {
    const MdspSpectrumSum *level = &s->levels[i];
    if (level->count == 0)
      continue;
    total->count += level->count;
    for (unsigned b = 0; b < s->n_bands; b++) {
      total->mid[b] += level->mid[b];
      total->side[b] += level->side[b];
      for (unsigned k = 0; k < PARTS; k++)
        total->part[b][k] += level->part[b][k];
    }
  }
}

void
mdsp_spectrum_read (const MdspSpectrum *s, MdspSpectrumReading *reading)
{
  MdspSpectrumSum total = { 0 };
  if (s->total_count > 0)
    add_gated (s, &total);
  const double n = total.count > 0 ? (double) total.count : 1.0;
  reading->n_bands = s->n_bands;
  reading->bin_hz = s->rate_hz / s->fft.size;
  for (unsigned b = 0; b < BANDS; b++) {
    reading->level_db[b] = mdsp_db_from_power (both (s, total.mid[b], total.side[b]) / n);
    reading->mid_db[b] = mdsp_db_from_power (total.mid[b] / n);
    reading->side_db[b] = mdsp_db_from_power (total.side[b] / n);
    const double power = sum_of (total.part[b]);
    for (unsigned i = 0; i < PARTS; i++)
      reading->share[b][i] = power > 0.0 ? total.part[b][i] / power : 0.0;
  }
  reading->gated_s = s->n_taken < s->fft.size
                         ? (total.count > 0 ? (double) s->n_taken / s->rate_hz : 0.0)
                         : (double) total.count * (s->fft.size / 2) / s->rate_hz;
}

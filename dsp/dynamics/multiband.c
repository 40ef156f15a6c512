/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/ballistics.h"
#include "dynamics/multiband_internal.h"
#include "filter/ramp.h"
#include "kernels/dmath.h"
#include "kernels/tables.h"

#include <math.h> /* fabs */
#include <stdlib.h>
#include <string.h>

#define RMS_MS      10.0
#define CREST_MS    200.0
#define NODES_SPARE 2 /* nodes that a line reads before its group's own */

void
mdsp_multiband_params_init (MdspMultibandParams *p, double rate_hz, unsigned n_channels)
{
  *p = (MdspMultibandParams){
    .rate_hz = rate_hz,
    .n_channels = n_channels,
    .n_bands = 1,
    .crossover_hz = { 120.0, 1000.0, 5000.0 },
    .detector = MDSP_DETECTOR_RMS,
    .link = 1.0,
    .mix = 1.0,
    .clip_level_db = 0.0,
  };
  for (unsigned b = 0; b < MDSP_MULTIBAND_BANDS; b++)
    p->band[b] = (MdspBandParams){
      .mode = MDSP_CURVE_DOWNWARD,
      .threshold_db = -18.0,
      .ratio = 1.0,
      .knee_db = 6.0,
      .attack_ms = 20.0,
      .release_ms = 250.0,
      .range_db = 12.0,
    };
}

/* --- settings ------------------------------------------------------------------------------- */

static void
read_targets (const MdspMultibandParams *p, double target[MDSP_N_GLIDES])
{
  memset (target, 0, MDSP_N_GLIDES * sizeof *target);
  for (unsigned b = 0; b < p->n_bands; b++) {
    double *t = target + b * MDSP_GLIDE_PER_BAND;
    t[MDSP_GLIDE_THRESHOLD] = p->band[b].threshold_db;
    t[MDSP_GLIDE_SLOPE] = mdsp_gain_curve_slope (p->band[b].mode, p->band[b].ratio);
    t[MDSP_GLIDE_KNEE] = p->band[b].knee_db;
    t[MDSP_GLIDE_RANGE] = p->band[b].range_db;
    t[MDSP_GLIDE_MAKEUP] = p->band[b].makeup_db;
  }
  target[MDSP_GLIDE_MIX] = p->mix;
  target[MDSP_GLIDE_LINK] = p->link;
  target[MDSP_GLIDE_AUTO] = p->auto_makeup ? 1.0 : 0.0;
}

/* The gain goes on from where it is when the smoothed quantity changes its sign. */
static void
turn_states (MdspMultiband *m, unsigned band)
{
  for (unsigned c = 0; c < m->params.n_channels; c++) {
    const unsigned row = mdsp_multiband_row (m, band, c);
    double *hold = &m->smooth[row / 4][0][row % 4], *smooth = &m->smooth[row / 4][1][row % 4];
    *smooth = -*smooth;
    *hold = *smooth;
  }
}

/* All channels go on from the shared gain; the way back waits for a reset (limiter_stage.c). */
static void
unlink_lanes (MdspMultiband *m)
{
  for (unsigned b = 0; b < m->params.n_bands; b++)
    for (unsigned c = 1; c < m->params.n_channels; c++) {
      const unsigned from = mdsp_multiband_row (m, b, 0), to = mdsp_multiband_row (m, b, c);
      for (unsigned z = 0; z < 2; z++)
        m->smooth[to / 4][z][to % 4] = m->smooth[from / 4][z][from % 4];
      memcpy (mdsp_history_at (&m->nodes, to, m->nodes.first),
              mdsp_history_at (&m->nodes, from, m->nodes.first),
              (size_t) (m->nodes.end - m->nodes.first) * sizeof (float));
    }
  m->n_lanes = m->params.n_channels;
}

static void
design (MdspMultiband *m)
{
  const double group_rate = m->params.rate_hz / MDSP_GROUP;
  for (unsigned b = 0; b < m->params.n_bands; b++)
    mdsp_ballistics_weights (m->params.band[b].attack_ms, m->params.band[b].release_ms, group_rate,
                             &m->attack[b], &m->release[b]);
}

void
mdsp_multiband_set (MdspMultiband *m, const MdspMultibandParams *params)
{
  const MdspMultibandParams old = m->params;
  if (params->auto_makeup && m->glides.now[MDSP_GLIDE_AUTO] == 0.0)
    mdsp_makeup_reset (&m->makeup);
  m->params = *params;
  m->params.rate_hz = old.rate_hz;
  m->params.n_channels = old.n_channels;
  m->params.n_bands = old.n_bands;
  m->params.mid_side = old.mid_side;
  m->params.lookahead_ms = old.lookahead_ms;
  m->params.clip_db = old.clip_db;
  m->params.clip_level_db = old.clip_level_db;
  for (unsigned b = 0; b < old.n_bands; b++)
    if (mdsp_multiband_sign (old.band[b].mode) != mdsp_multiband_sign (params->band[b].mode))
      turn_states (m, b);
  design (m);
  mdsp_crossover_set (&m->crossover, params->crossover_hz);
  if (params->sidechain_highpass_hz > 0.0) {
    const double hz[MDSP_MULTIBAND_BANDS - 1] = { params->sidechain_highpass_hz };
    for (unsigned b = 0; b < old.n_bands; b++)
      mdsp_crossover_set (&m->key[b], hz);
  }
  if (params->link < 1.0 && m->n_lanes < old.n_channels)
    unlink_lanes (m);
  double target[MDSP_N_GLIDES];
  read_targets (&m->params, target);
  if (memcmp (target, m->glides.target, sizeof target) == 0)
    return;
  memcpy (m->glides.target, target, sizeof target);
  m->glides.left = m->glide_groups;
  for (unsigned i = 0; i < MDSP_N_GLIDES; i++)
    m->glides.step[i] = (target[i] - m->glides.now[i]) / m->glide_groups;
}

/* --- life ----------------------------------------------------------------------------------- */

static MdspStatus
init_filters (MdspMultiband *m)
{
  const MdspMultibandParams *p = &m->params;
  MdspCrossoverParams crossover = { p->rate_hz, p->n_channels, p->n_bands, { 0 } };
  memcpy (crossover.frequency_hz, p->crossover_hz, sizeof crossover.frequency_hz);
  MdspStatus status = mdsp_crossover_init (&m->crossover, &crossover, m->kernels);
  /* while it is off at any frequency; mdsp_crossover_set () clamps as well */
  const double hz = p->sidechain_highpass_hz;
  const double key_hz = hz > MDSP_CROSSOVER_MIN_HZ ? hz : MDSP_CROSSOVER_MIN_HZ;
  const MdspCrossoverParams key = { p->rate_hz, p->n_channels, 2, { key_hz } };
  for (unsigned b = 0; b < p->n_bands && status == MDSP_OK; b++)
    status = mdsp_crossover_init (&m->key[b], &key, m->kernels);
  if (status == MDSP_OK && p->clip_db > 0.0) {
    status = mdsp_soft_clip_init (&m->clip, p->n_channels, m->kernels);
    if (status == MDSP_OK)
      mdsp_soft_clip_set (&m->clip, p->clip_db, p->clip_level_db);
  }
  if (status == MDSP_OK)
    status = mdsp_makeup_init (&m->makeup, p->rate_hz, p->n_channels, m->kernels);
  return status;
}

static MdspStatus
allocate (MdspMultiband *m)
{
  const size_t delay = m->lookahead * MDSP_GROUP;
  m->scratch = calloc (m->params.n_channels, (MDSP_MAX_BLOCK + MDSP_PAD) * sizeof (float));
  m->level = calloc (4 * m->n_quads, sizeof *m->level);
  m->gain = calloc (4 * m->n_quads, sizeof *m->gain);
  m->rms = calloc (m->n_quads, sizeof *m->rms);
  m->smooth = calloc (m->n_quads, sizeof *m->smooth);
  m->counts = calloc (m->n_rows, sizeof *m->counts);
  if (!m->scratch || !m->level || !m->gain || !m->rms || !m->smooth || !m->counts)
    return MDSP_ERROR_MEMORY;
  MdspStatus status =
      mdsp_history_init (&m->bands, m->n_rows, delay + MDSP_GROUP, MDSP_MAX_BLOCK, 0.0f);
  if (status == MDSP_OK)
    status = mdsp_history_init (&m->keys, m->n_rows, MDSP_GROUP, MDSP_MAX_BLOCK, 0.0f);
  if (status == MDSP_OK)
    status = mdsp_history_init (&m->nodes, m->n_rows, m->lookahead + 3 * MDSP_MULTIBAND_GROUPS,
                                MDSP_MULTIBAND_GROUPS, 1.0f);
  if (status == MDSP_OK && m->params.mid_side && m->params.n_bands == 1)
    status = mdsp_history_init (&m->direct, 2, delay, MDSP_MAX_BLOCK, 0.0f);
  return status;
}

MdspStatus
mdsp_multiband_init (MdspMultiband *m, const MdspMultibandParams *params,
                     const MdspKernels *kernels)
{
  memset (m, 0, sizeof *m);
  if (params->n_bands < 1 || params->n_bands > MDSP_MULTIBAND_BANDS || params->n_channels < 1 ||
      params->n_channels > MDSP_MAX_CHANNELS)
    return MDSP_ERROR_PARAM;
  m->kernels = kernels;
  m->params = *params;
  m->params.mid_side = params->mid_side && params->n_channels == 2;
  const double groups = params->lookahead_ms * 0.001 * params->rate_hz / MDSP_GROUP;
  m->lookahead = (unsigned) groups + ((double) (unsigned) groups < groups);
  m->n_rows = params->n_bands * params->n_channels;
  m->n_quads = (m->n_rows + 3) / 4;
  const double group_rate = params->rate_hz / MDSP_GROUP;
  double unused;
  mdsp_ballistics_weights (RMS_MS, 0.0, group_rate, &m->rms_weight, &unused);
  mdsp_ballistics_weights (CREST_MS, 0.0, group_rate, &m->crest_weight, &unused);
  m->glide_groups = (unsigned) (MDSP_RAMP_MS * 0.001 * group_rate + 0.5);
  m->glide_groups = m->glide_groups < 1 ? 1 : m->glide_groups;
  design (m);
  MdspStatus status = init_filters (m);
  if (status == MDSP_OK)
    status = allocate (m);
  if (status != MDSP_OK) {
    mdsp_multiband_clear (m);
    return status;
  }
  read_targets (&m->params, m->glides.target);
  mdsp_multiband_reset (m);
  return MDSP_OK;
}

/* What an idle band is multiplied with: its make-up, mixed. */
static float
rest_gain (const MdspMultiband *m, unsigned band)
{
  const double makeup = m->glides.now[band * MDSP_GLIDE_PER_BAND + MDSP_GLIDE_MAKEUP];
  return (float) (1.0 + m->glides.now[MDSP_GLIDE_MIX] * (mdsp_lin_from_db (makeup) - 1.0));
}

void
mdsp_multiband_reset (MdspMultiband *m)
{
  const MdspMultibandParams *p = &m->params;
  mdsp_crossover_reset (&m->crossover);
  for (unsigned b = 0; b < p->n_bands; b++)
    mdsp_crossover_reset (&m->key[b]);
  m->key_active = false;
  if (p->clip_db > 0.0)
    mdsp_soft_clip_reset (&m->clip);
  mdsp_makeup_reset (&m->makeup);
  mdsp_history_reset (&m->bands);
  mdsp_history_reset (&m->keys);
  mdsp_history_reset (&m->nodes);
  if (p->mid_side && p->n_bands == 1)
    mdsp_history_reset (&m->direct);
  memset (m->rms, 0, m->n_quads * sizeof *m->rms);
  memset (m->smooth, 0, m->n_quads * sizeof *m->smooth);
  memset (m->crest_state, 0, sizeof m->crest_state);
  memset (m->counts, 0, m->n_rows * sizeof *m->counts);
  memcpy (m->glides.now, m->glides.target, sizeof m->glides.now);
  m->glides.left = 0;
  m->n_lanes = p->link >= 1.0 ? 1 : p->n_channels;
  m->next_group = 0;
  m->n_frames = 0;
  for (unsigned r = 0; r < m->n_rows; r++)
    for (int64_t j = -NODES_SPARE; j < 0; j++)
      *mdsp_history_at (&m->nodes, r, j) = rest_gain (m, r / p->n_channels);
}

void
mdsp_multiband_clear (MdspMultiband *m)
{
  mdsp_crossover_clear (&m->crossover);
  for (unsigned b = 0; b < MDSP_MULTIBAND_BANDS; b++)
    mdsp_crossover_clear (&m->key[b]);
  mdsp_soft_clip_clear (&m->clip);
  mdsp_makeup_clear (&m->makeup);
  mdsp_history_clear (&m->bands);
  mdsp_history_clear (&m->keys);
  mdsp_history_clear (&m->nodes);
  mdsp_history_clear (&m->direct);
  free (m->scratch);
  free (m->level);
  free (m->gain);
  free (m->rms);
  free (m->smooth);
  free (m->counts);
  memset (m, 0, sizeof *m);
}

unsigned
mdsp_multiband_latency (const MdspMultiband *m)
{
  return m->lookahead * MDSP_GROUP + (m->params.clip_db > 0.0 ? MDSP_SOFT_CLIP_DELAY : 0);
}

/* --- signal --------------------------------------------------------------------------------- */

static int64_t
floor_div (int64_t a, int64_t b)
{
  return a >= 0 ? a / b : -((b - 1 - a) / b);
}

/* The bands of the content that leaves now times their gains. */
static void
apply (MdspMultiband *m, float *const planes[], size_t n)
{
  float gain[MDSP_MULTIBAND_BANDS][MDSP_MAX_BLOCK + 2 * MDSP_GROUP + MDSP_PAD];
  const float *x[MDSP_MULTIBAND_BANDS], *g[MDSP_MULTIBAND_BANDS];
  const int64_t out = m->bands.end - (int64_t) n - (int64_t) (m->lookahead * MDSP_GROUP);
  const int64_t first = floor_div (out, MDSP_GROUP);
  const int64_t last = floor_div (out + (int64_t) n - 1, MDSP_GROUP);
  for (unsigned c = 0; c < m->params.n_channels; c++) {
    for (unsigned b = 0; b < m->params.n_bands; b++) {
      x[b] = mdsp_history_at (&m->bands, mdsp_multiband_row (m, b, c), out);
      g[b] = gain[b] + (out - first * MDSP_GROUP);
      if (c < m->n_lanes)
        m->kernels->ramp_f32 (gain[b],
                              mdsp_history_at (&m->nodes, mdsp_multiband_row (m, b, c),
                                               first + m->lookahead - NODES_SPARE),
                              (size_t) (last - first + 1), MDSP_GROUP);
    }
    m->kernels->mix_bands_f32 (planes[c], x, g, m->params.n_bands, n);
  }
}

/* Back to left and right. One band at rest gives back the very samples that came in, which mid and
 * side alone could not: their halves round. */
static void
from_mid_side (MdspMultiband *m, float *const planes[], size_t n)
{
  if (m->params.n_bands > 1) {
    m->kernels->ms_decode_f32 (planes[0], planes[1], planes[0], planes[1], n);
    return;
  }
  const int64_t out = m->bands.end - (int64_t) n - (int64_t) (m->lookahead * MDSP_GROUP);
  const float *mid = mdsp_history_at (&m->bands, 0, out);
  const float *side = mdsp_history_at (&m->bands, 1, out);
  const float *left = mdsp_history_at (&m->direct, 0, out);
  const float *right = mdsp_history_at (&m->direct, 1, out);
  for (size_t i = 0; i < n; i++) {
    const float a = planes[0][i], b = planes[1][i];
    const bool same = a == mid[i] && b == side[i];
    planes[0][i] = same ? left[i] : a + b;
    planes[1][i] = same ? right[i] : a - b;
  }
}

static void
to_mid_side (MdspMultiband *m, float *const planes[], size_t n)
{
  if (m->params.n_bands == 1)
    mdsp_history_append (&m->direct, (const float *const *) planes, n);
  m->kernels->ms_encode_f32 (planes[0], planes[1], planes[0], planes[1], n);
}

/* What the make-up compares the output with: the same bands as late as they leave, all at unity, so
 * that the two are equal to the bit at rest. Power does not care about mid and side. n <= MDSP_GRID. */
static void
hear_dry (MdspMultiband *m, size_t n)
{
  float ones[MDSP_GRID], dry[MDSP_MAX_CHANNELS][MDSP_GRID];
  const float *heard[MDSP_MAX_CHANNELS], *x[MDSP_MULTIBAND_BANDS], *g[MDSP_MULTIBAND_BANDS];
  const int64_t out = m->bands.end - (int64_t) n - (int64_t) (m->lookahead * MDSP_GROUP);
  for (size_t i = 0; i < n; i++)
    ones[i] = 1.0f;
  for (unsigned c = 0; c < m->params.n_channels; c++) {
    for (unsigned b = 0; b < m->params.n_bands; b++) {
      x[b] = mdsp_history_at (&m->bands, mdsp_multiband_row (m, b, c), out);
      g[b] = ones;
    }
    m->kernels->mix_bands_f32 (dry[c], x, g, m->params.n_bands, n);
    heard[c] = dry[c];
  }
  mdsp_makeup_hear (&m->makeup, 0, heard, n);
}

static bool
makeup_works (const MdspMultiband *m)
{
  return m->params.auto_makeup || m->glides.now[MDSP_GLIDE_AUTO] > 0.0;
}

static void
process_part (MdspMultiband *m, float *const planes[], size_t n)
{
  const MdspMultibandParams *p = &m->params;
  const bool makes_up = makeup_works (m);
  float *bands[MDSP_MULTIBAND_BANDS * MDSP_MAX_CHANNELS];
  if (p->mid_side)
    to_mid_side (m, planes, n);
  mdsp_history_extend (&m->bands, n);
  for (unsigned r = 0; r < m->n_rows; r++)
    bands[r] = mdsp_history_at (&m->bands, r, m->bands.end - (int64_t) n);
  mdsp_crossover_process (&m->crossover, (const float *const *) planes, bands, n);
  mdsp_multiband_detect (m, n);
  apply (m, planes, n);
  if (makes_up) {
    hear_dry (m, n);
    mdsp_makeup_hear (&m->makeup, 1, (const float *const *) planes, n);
  }
  if (p->mid_side)
    from_mid_side (m, planes, n);
  m->n_frames += n;
  if (makes_up && m->n_frames % MDSP_GRID == 0)
    mdsp_makeup_step (&m->makeup);
}

void
mdsp_multiband_process (MdspMultiband *m, float *const planes[], size_t n_frames)
{
  for (size_t done = 0, n; done < n_frames; done += n) {
    float *part[MDSP_MAX_CHANNELS];
    n = n_frames - done;
    if (makeup_works (m)) { /* its steps are on the grid */
      const size_t left = MDSP_GRID - m->n_frames % MDSP_GRID;
      n = n < left ? n : left;
    }
    for (unsigned c = 0; c < m->params.n_channels; c++)
      part[c] = planes[c] + done;
    process_part (m, part, n);
  }
  if (m->params.clip_db > 0.0)
    mdsp_soft_clip_process (&m->clip, planes, n_frames);
}

static double
larger (double a, double b)
{
  return fabs (b) > fabs (a) ? b : a;
}

static MdspBandReading
take_band (MdspMultiband *m, unsigned band)
{
  MdspBandReading r = { 0.0, 0.0, 0.0 };
  uint64_t n = 0;
  for (unsigned l = 0; l < m->n_lanes; l++) {
    MdspGainCount *c = &m->counts[mdsp_multiband_row (m, band, l)];
    r.now = larger (r.now, c->now);
    r.max = larger (r.max, c->max);
    r.mean += (c->sum[0] + c->sum[1]) + (c->sum[2] + c->sum[3]);
    n += c->n;
    c->max = 0.0;
    memset (c->sum, 0, sizeof c->sum);
    c->n = 0;
  }
  r.mean = n > 0 ? r.mean / (double) n : 0.0;
  return r;
}

void
mdsp_multiband_take (MdspMultiband *m, MdspMultibandReading *reading)
{
  memset (reading, 0, sizeof *reading);
  for (unsigned b = 0; b < m->params.n_bands; b++)
    reading->band[b] = take_band (m, b);
  reading->makeup_db = m->makeup.gain_db * m->glides.now[MDSP_GLIDE_AUTO];
  if (m->params.clip_db > 0.0)
    reading->clip_db = mdsp_soft_clip_take (&m->clip);
}

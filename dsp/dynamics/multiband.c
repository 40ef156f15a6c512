/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/multiband.h"
#include "dynamics/ballistics.h"
#include "filter/ramp.h"
#include "kernels/dmath.h"
#include "kernels/tables.h"

#include <stdlib.h>
#include <string.h>

#define RMS_MS      10.0
#define CREST_MS    200.0
#define AES17_DB    3.0102999566398120 /* a sine's mean square reads this below its peak */
#define NODES_SPARE 2                  /* nodes that a line reads before its group's own */

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

static void
step_glides (MdspGlides *g)
{
  if (g->left == 0)
    return;
  g->left--;
  for (unsigned i = 0; i < MDSP_N_GLIDES; i++)
    g->now[i] = g->left == 0 ? g->target[i] : g->now[i] + g->step[i];
}

static MdspGainCurveCoef
curve_now (const MdspMultiband *m, unsigned band)
{
  const double *now = m->glides.now + band * MDSP_GLIDE_PER_BAND;
  const MdspGainCurveParams params = {
    .mode = m->params.band[band].mode,
    .threshold_db =
        now[MDSP_GLIDE_THRESHOLD] - (m->params.detector == MDSP_DETECTOR_RMS ? AES17_DB : 0.0),
    .slope = now[MDSP_GLIDE_SLOPE],
    .knee_db = now[MDSP_GLIDE_KNEE],
    .range_db = now[MDSP_GLIDE_RANGE],
  };
  MdspGainCurveCoef coef;
  mdsp_gain_curve_design (&coef, &params);
  return coef;
}

/* A rising level is more of what is smoothed: reduction in two modes, less reduction in an expander. */
static double
sign_of (MdspCurveMode mode)
{
  return mode == MDSP_CURVE_EXPAND ? 1.0 : -1.0;
}

static unsigned
row_of (const MdspMultiband *m, unsigned band, unsigned channel)
{
  return band * m->params.n_channels + channel;
}

/* The gain goes on from where it is when the smoothed quantity changes its sign. */
static void
turn_states (MdspMultiband *m, unsigned band)
{
  for (unsigned c = 0; c < m->params.n_channels; c++) {
    const unsigned row = row_of (m, band, c);
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
      const unsigned from = row_of (m, b, 0), to = row_of (m, b, c);
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
    if (sign_of (old.band[b].mode) != sign_of (params->band[b].mode))
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
  const double key_hz = p->sidechain_highpass_hz > 0.0 ? p->sidechain_highpass_hz : 100.0;
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
  if (!m->scratch || !m->level || !m->gain || !m->rms || !m->smooth)
    return MDSP_ERROR_MEMORY;
  MdspStatus status =
      mdsp_history_init (&m->bands, m->n_rows, delay + 2 * MDSP_MAX_BLOCK, MDSP_MAX_BLOCK, 0.0f);
  if (status == MDSP_OK)
    status = mdsp_history_init (&m->keys, m->n_rows, 2 * MDSP_MAX_BLOCK, MDSP_MAX_BLOCK, 0.0f);
  if (status == MDSP_OK)
    status = mdsp_history_init (&m->nodes, m->n_rows, m->lookahead + 3 * MDSP_MULTIBAND_GROUPS,
                                MDSP_MULTIBAND_GROUPS, 1.0f);
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
  memset (m->rms, 0, m->n_quads * sizeof *m->rms);
  memset (m->smooth, 0, m->n_quads * sizeof *m->smooth);
  memset (m->crest_state, 0, sizeof m->crest_state);
  memset (m->stats, 0, sizeof m->stats);
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
  free (m->scratch);
  free (m->level);
  free (m->gain);
  free (m->rms);
  free (m->smooth);
  memset (m, 0, sizeof *m);
}

unsigned
mdsp_multiband_latency (const MdspMultiband *m)
{
  return m->lookahead * MDSP_GROUP + (m->params.clip_db > 0.0 ? MDSP_SOFT_CLIP_DELAY : 0);
}

/* --- level ---------------------------------------------------------------------------------- */

/* The high-passed keys begin where the bands are now: up to seven samples of a group may miss. */
static void
start_keys (MdspMultiband *m, int64_t at)
{
  for (unsigned b = 0; b < m->params.n_bands; b++)
    mdsp_crossover_reset (&m->key[b]);
  mdsp_history_reset (&m->keys);
  m->keys.first += at;
  m->keys.end += at;
  m->key_active = true;
}

/* What the detectors hear of the newest n frames: the bands, or what the side-chain high-pass leaves
 * of them. */
static const MdspHistory *
filter_keys (MdspMultiband *m, size_t n)
{
  const unsigned n_channels = m->params.n_channels;
  const int64_t start = m->bands.end - (int64_t) n;
  if (!(m->params.sidechain_highpass_hz > 0.0)) {
    m->key_active = false;
    return &m->bands;
  }
  if (!m->key_active)
    start_keys (m, start);
  mdsp_history_extend (&m->keys, n);
  for (unsigned b = 0; b < m->params.n_bands; b++) {
    const float *in[MDSP_MAX_CHANNELS] = { NULL };
    float *out[2 * MDSP_MAX_CHANNELS];
    for (unsigned c = 0; c < n_channels; c++) {
      const unsigned row = row_of (m, b, c);
      in[c] = mdsp_history_at (&m->bands, row, start);
      out[c] = m->scratch + c * (MDSP_MAX_BLOCK + MDSP_PAD);
      out[n_channels + c] = mdsp_history_at (&m->keys, row, start);
    }
    mdsp_crossover_process (&m->key[b], in, out, n);
  }
  return &m->keys;
}

/* Levels in dB of every band and channel, and the crest factor's powers per band. */
static void
measure (MdspMultiband *m, const MdspHistory *key, size_t n_groups)
{
  const bool rms = m->params.detector == MDSP_DETECTOR_RMS;
  for (unsigned r = 0; r < m->n_rows; r++) {
    const float *x = mdsp_history_at (key, r, m->next_group * MDSP_GROUP);
    if (rms)
      m->kernels->group_mean_power_f32 (m->level[r], x, n_groups);
    else
      m->kernels->group_peak_power_f32 (m->level[r], x, n_groups);
  }
  for (unsigned q = 0; rms && q < m->n_quads; q++) {
    float *const lanes[4] = { m->level[4 * q], m->level[4 * q + 1], m->level[4 * q + 2],
                              m->level[4 * q + 3] };
    m->kernels->follow_f64 (m->rms_weight, 0, m->rms[q], (const float *const *) lanes, lanes,
                            n_groups);
  }
}

/* The louder of two rows. */
static void
keep_louder (float *a, const float *b, size_t n)
{
  for (size_t i = 0; i < n; i++)
    a[i] = b[i] > a[i] ? b[i] : a[i];
}

static bool
any_auto_release (const MdspMultiband *m)
{
  bool any = false;
  for (unsigned b = 0; b < m->params.n_bands; b++)
    any |= m->params.band[b].auto_release;
  return any;
}

/* Attack and release weights of every band and group from the crest factor of its loudest channel. */
static void
follow_crest (MdspMultiband *m, const MdspHistory *key, size_t n_groups)
{
  const MdspMultibandParams *p = &m->params;
  MdspGroupRow other;
  float *peak[4], *mean[4];
  for (unsigned b = 0; b < 4; b++) {
    peak[b] = m->crest[b][0];
    mean[b] = m->crest[b][1];
    for (unsigned c = 0; b < p->n_bands && c < p->n_channels; c++) {
      const float *x = mdsp_history_at (key, row_of (m, b, c), m->next_group * MDSP_GROUP);
      m->kernels->group_peak_power_f32 (c == 0 ? peak[b] : other, x, n_groups);
      if (c > 0)
        keep_louder (peak[b], other, n_groups);
      m->kernels->group_mean_power_f32 (c == 0 ? mean[b] : other, x, n_groups);
      if (c > 0)
        keep_louder (mean[b], other, n_groups);
    }
  }
  m->kernels->follow_f64 (m->crest_weight, 1, m->crest_state[0], (const float *const *) peak, peak,
                          n_groups);
  m->kernels->follow_f64 (m->crest_weight, 0, m->crest_state[1], (const float *const *) mean, mean,
                          n_groups);
  for (unsigned b = 0; b < p->n_bands; b++)
    if (p->band[b].auto_release)
      mdsp_ballistics_auto (p->band[b].attack_ms, p->band[b].release_ms, p->rate_hz / MDSP_GROUP,
                            peak[b], mean[b], peak[b], mean[b], n_groups);
    else
      for (size_t i = 0; i < n_groups; i++) {
        peak[b][i] = (float) m->attack[b];
        mean[b][i] = (float) m->release[b];
      }
}

/* --- gain ----------------------------------------------------------------------------------- */

/* The level that lane c of a band reacts to, in m->gain: the loudest of all channels, its own, or
 * between. Levels are powers when they come in and dB when they leave. */
static void
link_channels (MdspMultiband *m, unsigned band, size_t from, size_t n)
{
  const unsigned n_channels = m->params.n_channels, first = row_of (m, band, 0);
  const float link = (float) m->glides.now[MDSP_GLIDE_LINK];
  float loudest[MDSP_MULTIBAND_GROUPS + MDSP_PAD];
  memcpy (loudest, m->level[first] + from, n * sizeof (float));
  for (unsigned c = 1; c < n_channels; c++)
    keep_louder (loudest, m->level[first + c] + from, n);
  m->kernels->power_to_db_f32 (loudest, loudest, n);
  for (unsigned c = 0; c < m->n_lanes; c++) {
    float *own = m->gain[first + c] + from;
    if (m->n_lanes == 1) {
      memcpy (own, loudest, n * sizeof (float));
      continue;
    }
    m->kernels->power_to_db_f32 (own, m->level[first + c] + from, n);
    for (size_t i = 0; i < n; i++)
      own[i] = own[i] + (loudest[i] - own[i]) * link;
  }
}

/* Smooths the lanes in m->gain, four at a time; a lane that is not in use works on a spare row. */
static void
smooth (MdspMultiband *m, bool automatic, size_t from, size_t n)
{
  const unsigned n_channels = m->params.n_channels;
  unsigned rows[MDSP_MULTIBAND_BANDS * MDSP_MAX_CHANNELS], n_used = 0;
  for (unsigned b = 0; b < m->params.n_bands; b++)
    for (unsigned c = 0; c < m->n_lanes; c++)
      rows[n_used++] = row_of (m, b, c);
  for (unsigned u = 0; u < n_used; u += 4) {
    MdspBallisticsCoef coef;
    double state[2][4];
    float *x[4];
    const float *attack[4], *release[4];
    for (unsigned l = 0; l < 4; l++) {
      const bool used = u + l < n_used;
      const unsigned row = rows[used ? u + l : u], b = row / n_channels;
      coef.sign[l] = sign_of (m->params.band[b].mode);
      coef.attack[l] = m->attack[b];
      coef.release[l] = m->release[b];
      attack[l] = m->crest[b][0] + from;
      release[l] = m->crest[b][1] + from;
      x[l] = used ? m->gain[row] + from : m->discard;
      for (unsigned z = 0; z < 2; z++)
        state[z][l] = m->smooth[row / 4][z][row % 4];
    }
    m->kernels->ballistics_f64 (&coef, state, x, automatic ? attack : NULL,
                                automatic ? release : NULL, n);
    for (unsigned l = 0; l < 4 && u + l < n_used; l++)
      for (unsigned z = 0; z < 2; z++)
        m->smooth[rows[u + l] / 4][z][rows[u + l] % 4] = state[z][l];
  }
}

static void
count (MdspMultiband *m, unsigned band, const float *gain_db, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const double reduction = -(double) gain_db[i] + 0.0;
    const double size = reduction < 0.0 ? -reduction : reduction;
    const double max = m->stats[band].max < 0.0 ? -m->stats[band].max : m->stats[band].max;
    if (size > max)
      m->stats[band].max = reduction;
    m->stats[band].sum += reduction;
    m->stats[band].now = reduction;
  }
  m->stats[band].n += n;
}

/* From gains in dB to nodes: make-up, mix. */
static void
write_nodes (MdspMultiband *m, unsigned band, unsigned lane, size_t from, size_t n)
{
  const double *now = m->glides.now;
  const unsigned row = row_of (m, band, lane);
  const float makeup = (float) now[band * MDSP_GLIDE_PER_BAND + MDSP_GLIDE_MAKEUP];
  const float mix = (float) now[MDSP_GLIDE_MIX];
  const float automatic = (float) mdsp_lin_from_db (m->makeup.gain_db * now[MDSP_GLIDE_AUTO]);
  float *db = m->gain[row] + from;
  float *node = mdsp_history_at (&m->nodes, row, m->next_group + (int64_t) from);
  count (m, band, db, n);
  for (size_t i = 0; i < n; i++)
    db[i] += makeup;
  m->kernels->db_to_gain_f32 (node, db, n);
  for (size_t i = 0; i < n; i++)
    node[i] = (1.0f + mix * (node[i] - 1.0f)) * automatic;
}

/* Groups [from, from + n) of this block, all with the same settings. */
static void
shape (MdspMultiband *m, bool automatic, size_t from, size_t n)
{
  for (unsigned b = 0; b < m->params.n_bands; b++) {
    const MdspGainCurveCoef curve = curve_now (m, b);
    link_channels (m, b, from, n);
    for (unsigned c = 0; c < m->n_lanes; c++) {
      float *gain = m->gain[row_of (m, b, c)] + from;
      m->kernels->gain_curve_f32 (gain, gain, &curve, n);
    }
  }
  smooth (m, automatic, from, n);
  for (unsigned b = 0; b < m->params.n_bands; b++)
    for (unsigned c = 0; c < m->n_lanes; c++)
      write_nodes (m, b, c, from, n);
}

/* Reads the groups that the newest n frames have completed and appends their nodes. */
static void
detect (MdspMultiband *m, size_t n)
{
  const MdspHistory *key = filter_keys (m, n);
  const size_t n_groups = (size_t) (m->bands.end / MDSP_GROUP - m->next_group);
  if (n_groups == 0)
    return;
  const bool automatic = any_auto_release (m);
  measure (m, key, n_groups);
  if (automatic)
    follow_crest (m, key, n_groups);
  mdsp_history_extend (&m->nodes, n_groups);
  for (size_t from = 0, run; from < n_groups; from += run) {
    step_glides (&m->glides);
    run = m->glides.left > 0 ? 1 : n_groups - from;
    shape (m, automatic, from, run);
  }
  m->next_group += (int64_t) n_groups;
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
      x[b] = mdsp_history_at (&m->bands, row_of (m, b, c), out);
      g[b] = gain[b] + (out - first * MDSP_GROUP);
      if (c < m->n_lanes)
        m->kernels->ramp_f32 (
            gain[b],
            mdsp_history_at (&m->nodes, row_of (m, b, c), first + m->lookahead - NODES_SPARE),
            (size_t) (last - first + 1), MDSP_GROUP);
    }
    m->kernels->mix_bands_f32 (planes[c], x, g, m->params.n_bands, n);
  }
}

static void
to_mid_side (float *left, float *right, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const float mid = 0.5f * (left[i] + right[i]), side = 0.5f * (left[i] - right[i]);
    left[i] = mid;
    right[i] = side;
  }
}

static void
from_mid_side (float *mid, float *side, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const float left = mid[i] + side[i], right = mid[i] - side[i];
    mid[i] = left;
    side[i] = right;
  }
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
  if (makes_up)
    mdsp_makeup_hear (&m->makeup, 0, (const float *const *) planes, n);
  if (p->mid_side)
    to_mid_side (planes[0], planes[1], n);
  mdsp_history_extend (&m->bands, n);
  for (unsigned r = 0; r < m->n_rows; r++)
    bands[r] = mdsp_history_at (&m->bands, r, m->bands.end - (int64_t) n);
  mdsp_crossover_process (&m->crossover, (const float *const *) planes, bands, n);
  detect (m, n);
  apply (m, planes, n);
  if (p->mid_side)
    from_mid_side (planes[0], planes[1], n);
  if (makes_up)
    mdsp_makeup_hear (&m->makeup, 1, (const float *const *) planes, n);
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

void
mdsp_multiband_take (MdspMultiband *m, MdspMultibandReading *reading)
{
  memset (reading, 0, sizeof *reading);
  for (unsigned b = 0; b < m->params.n_bands; b++) {
    reading->band[b].now = m->stats[b].now;
    reading->band[b].max = m->stats[b].max;
    reading->band[b].mean = m->stats[b].n > 0 ? m->stats[b].sum / (double) m->stats[b].n : 0.0;
    m->stats[b].max = m->stats[b].sum = 0.0;
    m->stats[b].n = 0;
  }
  reading->makeup_db = m->makeup.gain_db * m->glides.now[MDSP_GLIDE_AUTO];
  if (m->params.clip_db > 0.0)
    reading->clip_db = mdsp_soft_clip_take (&m->clip);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * From the bands to the nodes of their gains: what the detectors hear, levels, link, curve, attack and
 * release, make-up and mix. */
#include "dynamics/ballistics.h"
#include "dynamics/multiband_internal.h"
#include "kernels/dmath.h"
#include "kernels/tables.h"

#include <math.h> /* fabs */
#include <string.h>

#define HOUSEKEEPING   64 /* groups: where the states are looked at */
#define STATE_FLOOR_DB 1e-12
#define AES17_DB       3.0102999566398120 /* a sine's mean square reads this below its peak */

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
      const unsigned row = mdsp_multiband_row (m, b, c);
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
      const float *x =
          mdsp_history_at (key, mdsp_multiband_row (m, b, c), m->next_group * MDSP_GROUP);
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
  const unsigned n_channels = m->params.n_channels, first = mdsp_multiband_row (m, band, 0);
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
      rows[n_used++] = mdsp_multiband_row (m, b, c);
  for (unsigned u = 0; u < n_used; u += 4) {
    MdspBallisticsCoef coef;
    double state[2][4];
    float *x[4];
    const float *attack[4], *release[4];
    for (unsigned l = 0; l < 4; l++) {
      const bool used = u + l < n_used;
      const unsigned row = rows[used ? u + l : u], b = row / n_channels;
      coef.sign[l] = mdsp_multiband_sign (m->params.band[b].mode);
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

/* Gains of groups from `first` on; four sums in turn, which do not wait for each other. */
static void
count (const MdspKernels *k, MdspGainCount *c, const float *gain_db, int64_t first, size_t n)
{
  const float most = k->peak_abs_f32 (gain_db, n);
  double sum[4];
  size_t i = 0;
  for (; most > fabs (c->max) && i < n; i++)
    if (fabsf (gain_db[i]) == most)
      c->max = -(double) gain_db[i];
  for (unsigned s = 0; s < 4; s++)
    sum[s] = c->sum[(first + s) % 4];
  for (i = 0; i + 4 <= n; i += 4)
    for (unsigned s = 0; s < 4; s++)
      sum[s] -= (double) gain_db[i + s];
  for (unsigned s = 0; i < n; i++, s++)
    sum[s] -= (double) gain_db[i];
  for (unsigned s = 0; s < 4; s++)
    c->sum[(first + s) % 4] = sum[s];
  c->now = -(double) gain_db[n - 1] + 0.0;
  c->n += n;
}

/* From gains in dB to nodes: make-up, mix. */
static void
write_nodes (MdspMultiband *m, unsigned band, unsigned lane, float automatic, size_t from, size_t n)
{
  const double *now = m->glides.now;
  const unsigned row = mdsp_multiband_row (m, band, lane);
  const float makeup = (float) now[band * MDSP_GLIDE_PER_BAND + MDSP_GLIDE_MAKEUP];
  const float mix = (float) now[MDSP_GLIDE_MIX];
  float *db = m->gain[row] + from;
  float *node = mdsp_history_at (&m->nodes, row, m->next_group + (int64_t) from);
  count (m->kernels, &m->counts[row], db, m->next_group + (int64_t) from, n);
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
      float *gain = m->gain[mdsp_multiband_row (m, b, c)] + from;
      m->kernels->gain_curve_f32 (gain, gain, &curve, n);
    }
  }
  smooth (m, automatic, from, n);
  const double makeup_db = m->makeup.gain_db * m->glides.now[MDSP_GLIDE_AUTO];
  const float makeup = makeup_db != 0.0 ? (float) mdsp_lin_from_db (makeup_db) : 1.0f;
  for (unsigned b = 0; b < m->params.n_bands; b++)
    for (unsigned c = 0; c < m->n_lanes; c++)
      write_nodes (m, b, c, makeup, from, n);
}

/* Gains that have decayed to nothing are nothing, before they become subnormal numbers. */
static void
flush_states (MdspMultiband *m)
{
  double *z = &m->smooth[0][0][0];
  for (size_t i = 0; i < m->n_quads * sizeof *m->smooth / sizeof *z; i++)
    z[i] = fabs (z[i]) < STATE_FLOOR_DB ? 0.0 : z[i];
}

void
mdsp_multiband_detect (MdspMultiband *m, size_t n)
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
    const size_t at = (size_t) (m->next_group + (int64_t) from) % HOUSEKEEPING;
    if (at == 0)
      flush_states (m);
    step_glides (&m->glides);
    run = m->glides.left > 0 ? 1 : n_groups - from;
    run = run < HOUSEKEEPING - at ? run : HOUSEKEEPING - at;
    shape (m, automatic, from, run);
  }
  m->next_group += (int64_t) n_groups;
}

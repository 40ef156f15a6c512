/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/equalizer.h"

#include <stdlib.h>
#include <string.h>

void
mdsp_equalizer_params_init (MdspEqualizerParams *params, double rate_hz, unsigned n_channels)
{
  static const double frequency[MDSP_EQ_BANDS] = { 30, 80, 200, 500, 1000, 3000, 7000, 12000 };
  params->rate_hz = rate_hz;
  params->n_channels = n_channels;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    mdsp_eq_band_params_init (&params->band[b]);
    params->band[b].frequency_hz = frequency[b];
  }
}

bool
mdsp_equalizer_needs_stereo (const MdspEqualizerParams *params)
{
  bool wanted = false;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++)
    wanted |= params->band[b].enabled && params->band[b].channels != MDSP_EQ_STEREO;
  return wanted && params->n_channels != 2;
}

double
mdsp_equalizer_response_db (const MdspEqualizerParams *params, MdspEqChannels of,
                            double frequency_hz)
{
  double db = 0.0;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    const MdspEqBandParams *p = &params->band[b];
    if (p->channels == MDSP_EQ_STEREO || p->channels == of)
      db += mdsp_eq_band_response_db (p, frequency_hz, params->rate_hz);
  }
  return db;
}

/* The bands as they can run here. */
static void
set_bands (MdspEqualizer *e, const MdspEqualizerParams *params, bool init)
{
  MdspEqBandParams bands[MDSP_EQ_BANDS];
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    bands[b] = params->band[b];
    if (bands[b].channels != MDSP_EQ_STEREO && e->n_channels != 2)
      bands[b].enabled = false;
    if (init)
      mdsp_eq_band_init (&e->band[b], &bands[b], e->rate_hz);
    else
      mdsp_eq_band_set (&e->band[b], &bands[b]);
  }
  mdsp_dynamic_bands_set (&e->dynamic, bands);
  e->changed = true;
}

MdspStatus
mdsp_equalizer_init (MdspEqualizer *e, const MdspEqualizerParams *params,
                     const MdspKernels *kernels)
{
  MdspStatus status;
  memset (e, 0, sizeof *e);
  if (params->n_channels < 1 || params->n_channels > MDSP_MAX_CHANNELS ||
      !(params->rate_hz >= MDSP_RATE_MIN && params->rate_hz <= MDSP_RATE_MAX))
    return MDSP_ERROR_PARAM;
  e->kernels = kernels;
  e->rate_hz = params->rate_hz;
  e->n_channels = params->n_channels;
  e->n_pairs = (params->n_channels + 1) / 2;
  e->state = calloc (e->n_pairs, sizeof *e->state);
  e->pairs = calloc (MDSP_MAX_BLOCK + MDSP_PAD, sizeof *e->pairs);
  e->spare = calloc (MDSP_MAX_BLOCK, sizeof *e->spare);
  status = mdsp_dynamic_bands_init (&e->dynamic, e->rate_hz, e->n_channels, kernels);
  if (status != MDSP_OK || e->state == NULL || e->pairs == NULL || e->spare == NULL) {
    mdsp_equalizer_clear (e);
    return MDSP_ERROR_MEMORY;
  }
  set_bands (e, params, true);
  mdsp_equalizer_reset (e);
  return MDSP_OK;
}

void
mdsp_equalizer_set (MdspEqualizer *e, const MdspEqualizerParams *params)
{
  set_bands (e, params, false);
}

void
mdsp_equalizer_clear (MdspEqualizer *e)
{
  mdsp_dynamic_bands_clear (&e->dynamic);
  free (e->state);
  free (e->pairs);
  free (e->spare);
  memset (e, 0, sizeof *e);
}

/* --- which sections run ------------------------------------------------------------------------ */

/* The place of a section in the list so far, or -1. */
static int
slot_of (const MdspEqualizer *e, unsigned band, unsigned section)
{
  for (unsigned i = 0; i < e->n_slots; i++)
    if (e->slot_band[i] == band && e->slot_section[i] == section)
      return (int) i;
  return -1;
}

/* A new list of slots: sections that go on keep their states, others start empty. */
static void
reorder (MdspEqualizer *e, unsigned n_slots, const uint8_t *bands, const uint8_t *sections)
{
  for (unsigned p = 0; p < e->n_pairs; p++) {
    double old[MDSP_EQ_SLOTS][2][2];
    memcpy (old, e->state[p].section, sizeof old);
    memset (e->state[p].section, 0, sizeof old);
    for (unsigned i = 0; i < n_slots; i++) {
      const int before = slot_of (e, bands[i], sections[i]);
      if (before >= 0 && !e->band[bands[i]].restarted)
        memcpy (e->state[p].section[i], old[before], sizeof old[0]);
    }
  }
  e->n_slots = n_slots;
  memcpy (e->slot_band, bands, n_slots);
  memcpy (e->slot_section, sections, n_slots);
}

/* The sections of this segment: those of bands that are on at its start or at its end. */
static void
arrange (MdspEqualizer *e, const bool runs[MDSP_EQ_BANDS])
{
  uint8_t bands[MDSP_EQ_SLOTS], sections[MDSP_EQ_SLOTS];
  unsigned n = 0;
  bool restarted = false;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    restarted |= e->band[b].restarted;
    for (unsigned s = 0; runs[b] && s < e->band[b].n_sections; s++, n++) {
      bands[n] = (uint8_t) b;
      sections[n] = (uint8_t) s;
    }
  }
  if (restarted || n != e->n_slots || memcmp (bands, e->slot_band, n) != 0 ||
      memcmp (sections, e->slot_section, n) != 0)
    reorder (e, n, bands, sections);
  /* A stereo band runs in whatever there is. */
  bool mid_side = false;
  for (unsigned i = 0; i < n; i++) {
    const MdspEqChannels channels = e->band[bands[i]].channels;
    if (channels != MDSP_EQ_STEREO)
      mid_side = channels == MDSP_EQ_MID || channels == MDSP_EQ_SIDE;
    e->slot_mid_side[i] = mid_side;
  }
}

/* --- and with what ----------------------------------------------------------------------------- */

/* Left and mid are the first channel of a pair, right and side the second. */
static bool
works_on (const MdspEqBand *band, unsigned channel)
{
  return channel == 0 ? band->channels != MDSP_EQ_RIGHT && band->channels != MDSP_EQ_SIDE
                      : band->channels != MDSP_EQ_LEFT && band->channels != MDSP_EQ_MID;
}

static void
put_section (MdspCascadeSection *to, const MdspEqBand *band, unsigned section)
{
  static const MdspSection unity = { .m0 = 1.0 };
  for (unsigned c = 0; c < 2; c++) {
    const MdspSection *s = works_on (band, c) ? &band->section[section] : &unity;
    to->t0[c] = s->t0;
    to->t1[c] = s->t1;
    to->g[c] = s->g;
    to->m0[c] = s->m0;
    to->m1[c] = s->m1;
    to->m2[c] = s->m2;
  }
}

static void
put_direct (MdspDirectSection *to, const MdspEqBand *band, unsigned section)
{
  static const MdspBiquad unity = { { 1.0, 0.0, 0.0 }, { 0.0, 0.0 } };
  for (unsigned c = 0; c < 2; c++) {
    const MdspBiquad *f = works_on (band, c) ? &band->biquad[section] : &unity;
    to->b0[c] = f->b[0];
    to->c1[c] = f->b[1] - f->b[0] * f->a[0];
    to->c2[c] = f->b[2] - f->b[0] * f->a[1];
    to->a1[c] = f->a[0];
    to->a2[c] = f->a[1];
  }
}

/* The states of all slots from one form to the other. */
static void
convert (MdspEqualizer *e, void (*way) (const MdspSection *, double[2]))
{
  for (unsigned i = 0; i < e->n_slots; i++)
    for (unsigned c = 0; c < 2; c++) {
      const MdspSection s = { .t1 = e->coef[i].t1[c], .g = e->coef[i].g[c] };
      for (unsigned p = 0; p < e->n_pairs; p++) {
        double (*z)[2] = e->state[p].section[i], state[2] = { z[0][c], z[1][c] };
        way (&s, state);
        z[0][c] = state[0];
        z[1][c] = state[1];
      }
    }
}

/* step = (to - from) / frames, coefficient by coefficient. */
static void
make_step (MdspCascadeSection *step, const MdspCascadeSection *to, const MdspCascadeSection *from)
{
  const double *a = to->t0, *b = from->t0;
  double *d = step->t0;
  for (unsigned i = 0; i < sizeof *step / sizeof (double); i++)
    d[i] = (a[i] - b[i]) * (1.0 / MDSP_EQ_SEGMENT);
}

/* The sections at the node of now, from which the lines start. A band that has just restarted was unity
 * there, whatever it was before. */
static void
put_start (MdspCascadeSection start[MDSP_EQ_MAX_SECTIONS], const MdspEqBand *band, bool restarted)
{
  for (unsigned s = 0; s < band->n_sections; s++) {
    put_section (&start[s], band, s);
    for (unsigned c = 0; restarted && c < 2; c++) {
      start[s].m0[c] = 1.0;
      start[s].m1[c] = start[s].m2[c] = 0.0;
    }
  }
}

/* Everything stands still from here on. */
static void
settle (MdspEqualizer *e)
{
  for (unsigned i = 0; i < e->n_slots; i++) {
    const MdspEqBand *band = &e->band[e->slot_band[i]];
    put_section (&e->coef[i], band, e->slot_section[i]);
    put_direct (&e->direct[i], band, e->slot_section[i]);
  }
  convert (e, mdsp_section_to_direct);
}

static void
run_lines (MdspEqualizer *e, MdspCascadeSection start[MDSP_EQ_BANDS][MDSP_EQ_MAX_SECTIONS])
{
  for (unsigned i = 0; i < e->n_slots; i++) {
    const unsigned b = e->slot_band[i], s = e->slot_section[i];
    MdspCascadeSection end;
    put_section (&end, &e->band[b], s);
    e->coef[i] = start[b][s];
    make_step (&e->step[i], &end, &e->coef[i]);
  }
}

void
mdsp_equalizer_reset (MdspEqualizer *e)
{
  bool runs[MDSP_EQ_BANDS];
  e->phase = 0;
  e->moving = e->changed = e->audible = false;
  e->n_slots = 0;
  mdsp_dynamic_bands_reset (&e->dynamic);
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    mdsp_eq_band_reset (&e->band[b]);
    runs[b] = e->band[b].running;
    e->audible |= !e->band[b].unity;
  }
  memset (e->state, 0, e->n_pairs * sizeof *e->state);
  arrange (e, runs);
  settle (e);
}

/* --- audio --------------------------------------------------------------------------------------- */

/* (a + b, a - b) times k: k = 0.5 encodes mid and side, 1 decodes them. */
static void
turn (double (*pairs)[2], size_t n, double k)
{
  for (size_t i = 0; i < n; i++) {
    const double a = pairs[i][0], b = pairs[i][1];
    pairs[i][0] = k * (a + b);
    pairs[i][1] = k * (a - b);
  }
}

static void
run_sections (MdspEqualizer *e, MdspEqualizerState *state, unsigned phase, size_t n)
{
  bool mid_side = false;
  for (unsigned i = 0, end; i < e->n_slots; i = end) {
    if (e->slot_mid_side[i] != mid_side)
      turn (e->pairs, n, mid_side ? 1.0 : 0.5);
    mid_side = e->slot_mid_side[i];
    for (end = i + 1; end < e->n_slots && e->slot_mid_side[end] == mid_side;)
      end++;
    if (e->moving)
      e->kernels->cascade_f64 (e->coef + i, e->step + i, phase, state->section + i, end - i,
                               e->pairs, n);
    else
      e->kernels->cascade_direct_f64 (e->direct + i, state->section + i, end - i, e->pairs, n);
  }
  if (mid_side)
    turn (e->pairs, n, 1.0);
}

/* Frames whose first is frame `phase` of a segment; of several when nothing moves. */
static void
run (MdspEqualizer *e, float *const planes[], size_t from, unsigned phase, size_t n)
{
  for (unsigned p = 0; p < e->n_pairs && e->n_slots > 0 && n > 0; p++) {
    float *x0 = planes[2 * p] + from;
    float *x1 = 2 * p + 1 < e->n_channels ? planes[2 * p + 1] + from : NULL;
    e->kernels->pair_f64 (e->pairs, x0, x1 != NULL ? x1 : x0, n);
    run_sections (e, &e->state[p], phase, n);
    if (e->audible)
      e->kernels->unpair_f32 (x0, x1 != NULL ? x1 : e->spare, (const double (*)[2]) e->pairs, n);
  }
}

/* --- time -------------------------------------------------------------------------------------- */

/* What the bands do in the segment that begins. */
typedef struct {
  MdspCascadeSection start[MDSP_EQ_BANDS][MDSP_EQ_MAX_SECTIONS];
  bool runs[MDSP_EQ_BANDS], moving, audible;
} Segment;

/* At a node: the bands go on to the next one. */
static void
advance_bands (MdspEqualizer *e, Segment *s)
{
  double move_db[MDSP_EQ_BANDS] = { 0.0 };
  s->moving = s->audible = e->changed = false;
  if (e->dynamic.active)
    mdsp_dynamic_bands_step (&e->dynamic, move_db);
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    MdspEqBand *band = &e->band[b];
    s->runs[b] = band->running;
    s->audible |= !band->unity;
    put_start (s->start[b], band, false);
    if (mdsp_eq_band_advance (band, move_db[b])) {
      s->moving = true;
      if (band->restarted)
        put_start (s->start[b], band, true);
    }
    s->runs[b] |= band->running;
    s->audible |= !band->unity;
    e->changed |= !mdsp_eq_band_settled (band);
  }
}

/* The sections of the segment that begins. */
static void
begin_segment (MdspEqualizer *e, Segment *s)
{
  if (!e->moving)
    convert (e, mdsp_section_from_direct);
  e->moving = s->moving;
  e->audible = s->audible;
  arrange (e, s->runs);
  if (e->moving)
    run_lines (e, s->start);
  else
    settle (e);
}

void
mdsp_equalizer_process_heard (MdspEqualizer *e, float *const planes[], const float *const heard[],
                              size_t n_frames)
{
  size_t run_from = 0; /* up to here the samples are done */
  unsigned run_phase = e->phase;
  if (e->dynamic.active)
    mdsp_dynamic_bands_hear (&e->dynamic, heard, e->phase, n_frames);
  for (size_t at = 0; at < n_frames;) {
    const bool busy = e->changed || e->moving || e->dynamic.active;
    if (e->phase == 0 && busy) {
      Segment next;
      const bool was_moving = e->moving;
      advance_bands (e, &next);
      if (next.moving || was_moving) {
        run (e, planes, run_from, run_phase, at - run_from);
        run_from = at;
        run_phase = 0;
        begin_segment (e, &next);
      }
    }
    const size_t left = n_frames - at, segment = MDSP_EQ_SEGMENT - e->phase;
    const size_t n = busy && segment < left ? segment : left;
    e->phase = (unsigned) ((e->phase + n) % MDSP_EQ_SEGMENT);
    at += n;
  }
  run (e, planes, run_from, run_phase, n_frames - run_from);
}

void
mdsp_equalizer_process (MdspEqualizer *e, float *const planes[], size_t n_frames)
{
  mdsp_equalizer_process_heard (e, planes, (const float *const *) planes, n_frames);
}

void
mdsp_equalizer_take (MdspEqualizer *e, double move_db[MDSP_EQ_BANDS])
{
  mdsp_dynamic_bands_take (&e->dynamic, move_db);
}

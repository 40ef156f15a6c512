/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The equaliser in motion against the same path designed anew for every sample (eq_reference.h). Prints
 * the table of docs/numerics.md; with that file as argument, fails when it says something else. */
#include "check_document.h"
#include "dynamics/equalizer.h"
#include "eq_reference.h"
#include "kernels/dmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE  48000
#define START 9600    /* frames before the move */
#define STEPS 60      /* nodes of 16 frames in 20 ms */
#define LIMIT (-80.0) /* dB, of the residual against the output */
#define SWEEP RATE    /* frames of a curve */
#define TAIL  (RATE / 10)
#define TOTAL (START + SWEEP + TAIL)

static const MdspKernels *kernels;
/* --- the path of a band's values, as equalizer_band.h states it ----------------------------------- */

typedef struct {
  RefBand now, step; /* at this node; per node */
  RefBand goal;
  unsigned steps_left;
  bool enabled;
  MdspEqBandParams target;
  RefState state[2][4];
} RefPath;

static void
path_set (RefPath *r, const MdspEqBandParams *p, bool jump)
{
  const RefBand goal = ref_band_of (p);
  r->target = *p;
  if (jump) {
    r->now = goal;
    r->now.amount = p->enabled;
    r->steps_left = 0;
  } else if (goal.log2_f != r->goal.log2_f || goal.gain_db != r->goal.gain_db ||
             goal.log2_q != r->goal.log2_q) {
    r->steps_left = STEPS;
    r->step.log2_f = (goal.log2_f - r->now.log2_f) / STEPS;
    r->step.gain_db = (goal.gain_db - r->now.gain_db) / STEPS;
    r->step.log2_q = (goal.log2_q - r->now.log2_q) / STEPS;
  }
  r->goal = goal;
}

/* The band at the next node. */
static RefBand
path_next (RefPath *r)
{
  RefBand next = r->now;
  const bool same = r->now.type == r->target.type && r->now.slope == r->target.slope;
  if (r->now.amount == 0.0 && r->target.enabled) { /* takes everything over, empty */
    r->now = r->goal;
    r->now.amount = 0.0;
    r->steps_left = 0;
    memset (r->state, 0, sizeof r->state);
    next = r->now;
    next.amount = 1.0 / STEPS;
    return next;
  }
  next.amount += r->target.enabled && same ? 1.0 / STEPS : -1.0 / STEPS;
  next.amount = fmin (fmax (next.amount, 0.0), 1.0);
  if (next.amount < 0.5 / STEPS) /* what the additions have left over */
    next.amount = 0.0;
  if (r->steps_left == 0)
    return next;
  next.log2_f += r->step.log2_f;
  next.gain_db += r->step.gain_db;
  next.log2_q += r->step.log2_q;
  r->steps_left--;
  return next;
}

static RefBand
between (const RefBand *a, const RefBand *b, double t)
{
  RefBand c = *a;
  c.log2_f += t * (b->log2_f - a->log2_f);
  c.gain_db += t * (b->gain_db - a->gain_db);
  c.log2_q += t * (b->log2_q - a->log2_q);
  c.amount += t * (b->amount - a->amount);
  return c;
}

/* One segment of both channels. */
static void
path_run (RefPath *r, const float *const *x, double *const *y, size_t at)
{
  const RefBand next = path_next (r);
  for (unsigned i = 0; i < MDSP_EQ_SEGMENT; i++) {
    const RefBand band = between (&r->now, &next, i / (double) MDSP_EQ_SEGMENT);
    double both[2] = { x[0][at + i], x[1][at + i] };
    ref_band_tick (&band, RATE, r->state, both, 2);
    y[0][at + i] = both[0];
    y[1][at + i] = both[1];
  }
  r->now = next;
}

/* --- moves --------------------------------------------------------------------------------------- */

typedef struct {
  const char *name;
  MdspEqType type;
  unsigned slope;
  double f[2], gain[2], q[2]; /* from, to */
} Move;

static const Move moves[] = {
  { "bell, frequency", MDSP_EQ_BELL, 12, { 20, 20000 }, { 6, 6 }, { 1, 1 } },
  { "bell, frequency, Q 4", MDSP_EQ_BELL, 12, { 20, 20000 }, { -6, -6 }, { 4, 4 } },
  { "bell, gain from 0 dB", MDSP_EQ_BELL, 12, { 1000, 1000 }, { 0, 12 }, { 1, 1 } },
  { "bell, gain through 0 dB", MDSP_EQ_BELL, 12, { 60, 60 }, { -12, 12 }, { 0.7, 0.7 } },
  { "bell, Q", MDSP_EQ_BELL, 12, { 3000, 3000 }, { 6, 6 }, { 0.5, 20 } },
  { "bell, all three", MDSP_EQ_BELL, 12, { 20000, 40 }, { -12, 12 }, { 0.5, 4 } },
  { "low shelf, 6 dB/oct, frequency", MDSP_EQ_LOW_SHELF, 6, { 20, 20000 }, { 6, 6 }, { 1, 1 } },
  { "low shelf, 12 dB/oct, frequency", MDSP_EQ_LOW_SHELF, 12, { 20, 20000 }, { 6, 6 }, { 1, 1 } },
  { "high shelf, 6 dB/oct, frequency", MDSP_EQ_HIGH_SHELF, 6, { 20000, 20 }, { 6, 6 }, { 1, 1 } },
  { "high shelf, 12 dB/oct, frequency", MDSP_EQ_HIGH_SHELF, 12, { 20000, 20 }, { 6, 6 }, { 1, 1 } },
  { "high shelf, gain", MDSP_EQ_HIGH_SHELF, 12, { 8000, 8000 }, { -12, 12 }, { 1, 1 } },
  { "low cut, 6 dB/oct", MDSP_EQ_LOW_CUT, 6, { 20, 2000 }, { 0, 0 }, { 1, 1 } },
  { "low cut, 12 dB/oct", MDSP_EQ_LOW_CUT, 12, { 20, 2000 }, { 0, 0 }, { 1, 1 } },
  { "low cut, 24 dB/oct", MDSP_EQ_LOW_CUT, 24, { 20, 2000 }, { 0, 0 }, { 1, 1 } },
  { "low cut, 48 dB/oct", MDSP_EQ_LOW_CUT, 48, { 20, 2000 }, { 0, 0 }, { 1, 1 } },
  { "high cut, 6 dB/oct", MDSP_EQ_HIGH_CUT, 6, { 20000, 200 }, { 0, 0 }, { 1, 1 } },
  { "high cut, 12 dB/oct", MDSP_EQ_HIGH_CUT, 12, { 20000, 200 }, { 0, 0 }, { 1, 1 } },
  { "high cut, 24 dB/oct", MDSP_EQ_HIGH_CUT, 24, { 20000, 200 }, { 0, 0 }, { 1, 1 } },
  { "high cut, 48 dB/oct", MDSP_EQ_HIGH_CUT, 48, { 20000, 200 }, { 0, 0 }, { 1, 1 } },
  { "notch, frequency", MDSP_EQ_NOTCH, 12, { 50, 10000 }, { 0, 0 }, { 2, 2 } },
  { "notch, Q", MDSP_EQ_NOTCH, 12, { 1000, 1000 }, { 0, 0 }, { 0.5, 20 } },
  { "tilt, gain from 0 dB", MDSP_EQ_TILT, 12, { 1000, 1000 }, { 0, 12 }, { 1, 1 } },
  { "tilt, frequency", MDSP_EQ_TILT, 12, { 100, 10000 }, { 6, 6 }, { 1, 1 } },
};
#define N_MOVES (sizeof moves / sizeof moves[0])

static float input[2][TOTAL], output[2][TOTAL];
static double reference[2][TOTAL];

static MdspEqBandParams
band_at (const Move *m, double t)
{
  MdspEqBandParams p;
  mdsp_eq_band_params_init (&p);
  p.enabled = true;
  p.type = m->type;
  p.slope = m->slope;
  p.frequency_hz = m->f[0] * pow (m->f[1] / m->f[0], t);
  p.gain_db = m->gain[0] + t * (m->gain[1] - m->gain[0]);
  p.q = m->q[0] * pow (m->q[1] / m->q[0], t);
  return p;
}

/* The output against the reference's. */
static double
residual_db (size_t from, size_t end)
{
  double error = 0.0, power = 0.0;
  for (unsigned c = 0; c < 2; c++)
    for (size_t i = from; i < end; i++) {
      error += (output[c][i] - reference[c][i]) * (output[c][i] - reference[c][i]);
      power += reference[c][i] * reference[c][i];
    }
  return 10.0 * log10 (error / power);
}

/* Runs band 0 of an equaliser and the reference; `at` (frame) says what it is from that frame on, asked
 * every 64 frames. */
static void
run_both (MdspEqBandParams (*at) (const void *, size_t), const void *data, size_t end)
{
  MdspEqualizerParams params;
  MdspEqualizer eq;
  RefPath path;
  memset (&path, 0, sizeof path);
  mdsp_equalizer_params_init (&params, RATE, 2);
  params.band[0] = at (data, 0);
  CHECK (mdsp_equalizer_init (&eq, &params, kernels) == MDSP_OK, "init");
  path_set (&path, &params.band[0], true);
  for (size_t i = 0; i < end; i += 64) {
    float *planes[2] = { output[0] + i, output[1] + i };
    params.band[0] = at (data, i);
    mdsp_equalizer_set (&eq, &params);
    path_set (&path, &params.band[0], false);
    for (unsigned c = 0; c < 2; c++)
      memcpy (planes[c], input[c] + i, 64 * sizeof (float));
    mdsp_equalizer_process (&eq, planes, 64);
    for (size_t k = i; k < i + 64; k += MDSP_EQ_SEGMENT)
      path_run (&path, (const float *[]){ input[0], input[1] },
                (double *[]){ reference[0], reference[1] }, k);
  }
  mdsp_equalizer_clear (&eq);
}

/* An octave, 6 dB or twice the Q of it, whichever comes first. */
static double
small_part (const Move *m)
{
  const double octaves = fabs (log2 (m->f[1] / m->f[0])), gain = fabs (m->gain[1] - m->gain[0]);
  return fmin (fmin (1.0 / fmax (octaves, 1.0), 6.0 / fmax (gain, 6.0)),
               1.0 / fmax (fabs (log2 (m->q[1] / m->q[0])), 1.0));
}

static MdspEqBandParams
step_at (const void *data, size_t frame)
{
  return band_at (data, frame >= START ? small_part (data) : 0.0);
}

static MdspEqBandParams
jump_at (const void *data, size_t frame)
{
  return band_at (data, frame >= START);
}

static MdspEqBandParams
curve_at (const void *data, size_t frame)
{
  const double t = frame < START ? 0.0 : (double) (frame - START) / SWEEP;
  return band_at (data, t < 1.0 ? t : 1.0);
}

/* A sweep over the whole range in a second and a step of an octave in 20 ms have to be below -80 dB.
 * A jump over the whole range in 20 ms, ten octaves in sixty straight lines, is only printed. */
static void
moves_follow_the_reference (void)
{
  for (unsigned m = 0; m < N_MOVES; m++) {
    const size_t there = START + STEPS * MDSP_EQ_SEGMENT;
    char line[200];
    run_both (curve_at, &moves[m], TOTAL);
    const double curve = residual_db (START, START + SWEEP);
    run_both (step_at, &moves[m], there + TAIL);
    const double step = residual_db (START, there), after = residual_db (there, there + TAIL);
    run_both (jump_at, &moves[m], there);
    snprintf (line, sizeof line, "| %s | %.0f | %.0f | %.0f |", moves[m].name, curve, step,
              residual_db (START, there));
    check_document_line (line);
    CHECK (curve < LIMIT && step < LIMIT, "%s", moves[m].name);
    CHECK (after < LIMIT, "%s: %g dB after the step", moves[m].name, after);
  }
}

/* What cannot move: off, on, another type, another slope. From START on. */
static MdspEqBandParams
switch_at (const void *data, size_t frame)
{
  static const Move bell = { "", MDSP_EQ_BELL, 12, { 200, 200 }, { 9, 9 }, { 1, 1 } };
  MdspEqBandParams p = band_at (&bell, 0.0);
  const int kind = *(const int *) data;
  if (kind == 0) {
    p.enabled = frame >= START;
  } else if (frame >= START) {
    p.enabled = kind != 1;
    p.type = kind == 2 ? MDSP_EQ_LOW_CUT : kind == 3 ? MDSP_EQ_TILT : p.type;
  }
  return p;
}

static void
switches_fade (void)
{
  for (int kind = 0; kind < 4; kind++) {
    const size_t end = START + 2 * STEPS * MDSP_EQ_SEGMENT + TAIL;
    run_both (switch_at, &kind, end);
    CHECK (residual_db (START, end) < LIMIT, "switch %d: %g dB", kind, residual_db (START, end));
  }
}

/* The measurement itself: a path of 19 instead of 20 ms has to be seen in every row. */
static void
a_wrong_path_is_noticed (void)
{
  for (unsigned m = 0; m < N_MOVES; m++) {
    run_both (step_at, &moves[m], START + STEPS * MDSP_EQ_SEGMENT);
    for (size_t i = TOTAL; i-- > START + 48;)
      for (unsigned c = 0; c < 2; c++)
        output[c][i] = output[c][i - 1]; /* one frame late from some point on */
    CHECK (residual_db (START, START + STEPS * MDSP_EQ_SEGMENT) > LIMIT, "%s", moves[m].name);
  }
}

int
main (int argc, char **argv)
{
  check_document_open (argc, argv);
  kernels = mdsp_kernels_get ();
  for (unsigned c = 0; c < 2; c++)
    ref_pink_noise (input[c], TOTAL, c + 1);
  moves_follow_the_reference ();
  switches_fade ();
  a_wrong_path_is_noticed ();
  check_document_close ();
  return check_failures == 0 ? 0 : 1;
}

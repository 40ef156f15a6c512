/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A row of second-order sections. One section waits for its own last result, so sections run side by
 * side in the lanes of a vector, each LAG frames behind the one before it: in step i section s works
 * on frame i - LAG s, and what it puts out moves up by one lane pair. With a lag of two the way from a
 * section's input to the next one's has two steps' time, and is not what a step waits for. The first
 * and the last steps, in which not every section has a frame, keep the others' states by a mask.
 *
 * Two lanes are the channels of one section; a vector holds SECTIONS of them, a pipe up to VECTORS
 * vectors. The vectors of a pipe do not wait for each other within a step.
 */
#include "kernels/vec.h"

#define SECTIONS (DN / 2)
#define VECTORS  4
#if VN == 16
#define PIPE_VECTORS 2 /* eight sections */
#define LAG          2
#else
#define PIPE_VECTORS VECTORS
#define LAG          1 /* 16 registers hold no second row of outputs */
#endif

typedef int64_t vl __attribute__ ((vector_size (8 * DN)));

/* What a section is: state-variable, the same with coefficients on straight lines, direct form II. */
typedef enum { SVF, SVF_RAMP, DIRECT } Form;

/* In the order of the members of MdspCascadeSection and MdspDirectSection. */
enum { T0, T1, G, M0, M1, M2, N_COEF };
enum { B0, C1, C2, A1, A2, N_DIRECT };

typedef struct {
  vd coef[PIPE_VECTORS][N_COEF], step[PIPE_VECTORS][N_COEF];
  vd s0[PIPE_VECTORS], s1[PIPE_VECTORS];
  vd y[PIPE_VECTORS], earlier[PIPE_VECTORS]; /* out of the last step, of the one before */
  vd frame[PIPE_VECTORS];                    /* from + i - LAG s, for ramps */
  vl behind[PIPE_VECTORS];                   /* LAG s */
} Pipe;

/* A row of sections and where it starts. */
typedef struct {
  Form form;
  const double *coef, *step; /* [section][coefficient][channel] */
  size_t from;
  double (*state)[2][2];
  unsigned n_sections;
} Row;

/* The previous results one pair up; into the first pair comes the last one of `below`. */
INLINE vd
shift_up (vd below, vd here)
{
#if DN == 2
  (void) here;
  return below;
#elif DN == 4
  return __builtin_shufflevector (below, here, 2, 3, 4, 5);
#else
  return __builtin_shufflevector (below, here, 6, 7, 8, 9, 10, 11, 12, 13);
#endif
}

/* The same with the pair at `in`. A whole vector is read there: gcc 12 makes one out of a pair through
 * the stack, which costs twice the arithmetic. */
INLINE vd
shift_in (const double *in, vd here)
{
  vd v;
  memcpy (&v, in, sizeof v);
#if DN == 2
  (void) here;
  return v;
#elif DN == 4
  return __builtin_shufflevector (v, here, 0, 1, 4, 5);
#else
  return __builtin_shufflevector (v, here, 0, 1, 8, 9, 10, 11, 12, 13);
#endif
}

/* The last pair of a vector. */
INLINE void
put_last (double *to, vd v)
{
#if DN == 2
  v2d last = v;
#elif DN == 4
  v2d last = __builtin_shufflevector (v, v, 2, 3);
#else
  v2d last = __builtin_shufflevector (v, v, 6, 7);
#endif
  memcpy (to, &last, sizeof last);
}

/* One vector of sections by one frame: what comes out, and the next states. */
INLINE void
tick (Pipe *p, const unsigned k, const Form form, vd x, vd *next0, vd *next1)
{
  const vd s0 = p->s0[k], s1 = p->s1[k];
  vd c[N_COEF];
#pragma GCC unroll 6
  for (unsigned q = 0; q < N_COEF; q++)
    c[q] = form == SVF_RAMP ? p->coef[k][q] + p->step[k][q] * p->frame[k] : p->coef[k][q];
  if (form == DIRECT) {
    p->y[k] = c[B0] * x + (c[C1] * s0 + c[C2] * s1);
    *next0 = (x - c[A2] * s1) - c[A1] * s0;
    *next1 = s0;
  } else {
    const vd v = x - s1, t = c[T0] * s0 + c[T1] * v;
    p->y[k] = (c[M0] * x + c[M2] * s1) + c[M1] * t;
    *next0 = t - s0;
    *next1 = s1 + c[G] * t;
  }
}

/* All sections by one frame. masked: those with 0 <= i - LAG s < n only. */
INLINE void
advance (Pipe *p, const unsigned vectors, const Form form, const double *in, const int masked,
         const int64_t i, const int64_t n)
{
  vd below = { 0 };
#pragma GCC unroll 4
  for (unsigned k = 0; k < vectors; k++) {
    const vd out = LAG > 1 ? p->earlier[k] : p->y[k];
    const vd x = k == 0 ? shift_in (in, out) : shift_up (below, out);
    vd next0, next1;
    below = out;
    if (LAG > 1)
      p->earlier[k] = p->y[k];
    tick (p, k, form, x, &next0, &next1);
    if (masked) {
      const vl frame = i - p->behind[k], busy = (frame >= 0) & (frame < n);
      next0 = (vd) ((busy & (vl) next0) | (~busy & (vl) p->s0[k]));
      next1 = (vd) ((busy & (vl) next1) | (~busy & (vl) p->s1[k]));
    }
    p->s0[k] = next0;
    p->s1[k] = next1;
    if (form == SVF_RAMP)
      p->frame[k] += 1.0;
  }
}

static void
load (Pipe *p, const Row *row)
{
  const unsigned n_coef = row->form == DIRECT ? N_DIRECT : N_COEF;
  memset (p, 0, sizeof *p);
  for (unsigned l = 0; l < PIPE_VECTORS * DN; l++)
    p->behind[l / DN][l % DN] = l / 2 * LAG;
  for (unsigned s = 0; s < row->n_sections; s++)
    for (unsigned c = 0; c < 2; c++) {
      const unsigned k = s / SECTIONS, l = s % SECTIONS * 2 + c;
      for (unsigned q = 0; q < n_coef; q++) {
        p->coef[k][q][l] = row->coef[(s * n_coef + q) * 2 + c];
        if (row->form == SVF_RAMP)
          p->step[k][q][l] = row->step[(s * n_coef + q) * 2 + c];
      }
      p->s0[k][l] = row->state[s][0][c];
      p->s1[k][l] = row->state[s][1][c];
      p->frame[k][l] = (double) row->from - (double) (s * LAG);
    }
}

static void
save (const Pipe *p, const Row *row)
{
  for (unsigned s = 0; s < row->n_sections; s++)
    for (unsigned c = 0; c < 2; c++) {
      row->state[s][0][c] = p->s0[s / SECTIONS][s % SECTIONS * 2 + c];
      row->state[s][1][c] = p->s1[s / SECTIONS][s % SECTIONS * 2 + c];
    }
}

/* Up to vectors * SECTIONS sections. */
INLINE void
run_pipe (const unsigned vectors, const Form form, const Row *row, double (*pairs)[2], int64_t n)
{
  static const double silence[DN] = { 0.0 };
  const unsigned s = row->n_sections - 1, last = s / SECTIONS, pair = s % SECTIONS * 2;
  const int64_t lag = (int64_t) s * LAG, steps = n + lag;
  Pipe p;
  load (&p, row);
  int64_t i = 0;
  for (; i < lag && i < n; i++)
    advance (&p, vectors, form, pairs[i], 1, i, n);
  if (row->n_sections == vectors * SECTIONS)
    for (; i < n; i++) { /* the last pair of the last vector: no detour through memory */
      advance (&p, vectors, form, pairs[i], 0, i, n);
      put_last (pairs[i - lag], p.y[vectors - 1]);
    }
  for (; i < n; i++) {
    advance (&p, vectors, form, pairs[i], 0, i, n);
    memcpy (pairs[i - lag], (const double *) &p.y[last] + pair, 2 * sizeof (double));
  }
  for (; i < steps; i++) {
    advance (&p, vectors, form, silence, 1, i, n);
    if (i >= lag)
      memcpy (pairs[i - lag], (const double *) &p.y[last] + pair, 2 * sizeof (double));
  }
  save (&p, row);
}

#define DEFINE_PIPE(v)                                                                             \
  static void pipe_##v (const Row *row, double (*pairs)[2], int64_t n)                             \
  {                                                                                                \
    switch (row->form) {                                                                           \
      case SVF:                                                                                    \
        run_pipe (v, SVF, row, pairs, n);                                                          \
        break;                                                                                     \
      case SVF_RAMP:                                                                               \
        run_pipe (v, SVF_RAMP, row, pairs, n);                                                     \
        break;                                                                                     \
      default:                                                                                     \
        run_pipe (v, DIRECT, row, pairs, n);                                                       \
        break;                                                                                     \
    }                                                                                              \
  }
DEFINE_PIPE (1)
DEFINE_PIPE (2)
#if PIPE_VECTORS > 2
DEFINE_PIPE (3)
DEFINE_PIPE (4)
#endif

/* A row of any length, as many pipes one after the other as it takes. */
static void
run_row (Row row, double (*pairs)[2], size_t n)
{
  const unsigned n_coef = row.form == DIRECT ? N_DIRECT : N_COEF, most = PIPE_VECTORS * SECTIONS;
  for (unsigned left = n > 0 ? row.n_sections : 0; left > 0; left -= row.n_sections) {
    row.n_sections = left < most ? left : most;
    switch ((row.n_sections + SECTIONS - 1) / SECTIONS) {
      case 1:
        pipe_1 (&row, pairs, (int64_t) n);
        break;
      case 2:
        pipe_2 (&row, pairs, (int64_t) n);
        break;
#if PIPE_VECTORS > 2
      case 3:
        pipe_3 (&row, pairs, (int64_t) n);
        break;
      default:
        pipe_4 (&row, pairs, (int64_t) n);
        break;
#endif
    }
    row.coef += row.n_sections * n_coef * 2;
    row.step += row.step != NULL ? row.n_sections * n_coef * 2 : 0;
    row.state += row.n_sections;
  }
}

void
MDSP_K (cascade_f64) (const MdspCascadeSection *coef, const MdspCascadeSection *step, size_t from,
                      double (*state)[2][2], unsigned n_sections, double (*pairs)[2], size_t n)
{
  const Row row = {
    step != NULL ? SVF_RAMP : SVF, coef->t0, step != NULL ? step->t0 : NULL, from, state, n_sections
  };
  run_row (row, pairs, n);
}

void
MDSP_K (cascade_direct_f64) (const MdspDirectSection *coef, double (*state)[2][2],
                             unsigned n_sections, double (*pairs)[2], size_t n)
{
  run_row ((Row){ DIRECT, coef->b0, NULL, 0, state, n_sections }, pairs, n);
}

/* --- the way in and out -------------------------------------------------------------------------- */

void
MDSP_K (pair_f64) (double (*pairs)[2], const float *x0, const float *x1, size_t n)
{
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    v4f a, b;
    memcpy (&a, x0 + i, sizeof a);
    memcpy (&b, x1 + i, sizeof b);
    v4d lo = vwiden (__builtin_shufflevector (a, b, 0, 4, 1, 5));
    v4d hi = vwiden (__builtin_shufflevector (a, b, 2, 6, 3, 7));
    memcpy (pairs[i], &lo, sizeof lo);
    memcpy (pairs[i + 2], &hi, sizeof hi);
  }
  for (; i < n; i++) {
    pairs[i][0] = x0[i];
    pairs[i][1] = x1[i];
  }
}

INLINE v4f
clean (v4f x)
{
  v4i bits = (v4i) x, big = (bits & 0x7fffffff) >= MDSP_TINY_BITS;
  return (v4f) (bits & (big | (int32_t) 0x80000000));
}

INLINE void
unpair4 (float *x0, float *x1, const double *pairs)
{
  v4d first, second;
  memcpy (&first, pairs, sizeof first);
  memcpy (&second, pairs + 4, sizeof second);
  v4f lo = clean (vnarrow (first));
  v4f hi = clean (vnarrow (second));
  v4f a = __builtin_shufflevector (lo, hi, 0, 2, 4, 6);
  v4f b = __builtin_shufflevector (lo, hi, 1, 3, 5, 7);
  memcpy (x0, &a, sizeof a);
  memcpy (x1, &b, sizeof b);
}

void
MDSP_K (unpair_f32) (float *x0, float *x1, const double (*pairs)[2], size_t n)
{
  size_t i = 0;
  for (; i + 4 <= n; i += 4)
    unpair4 (x0 + i, x1 + i, &pairs[i][0]);
  if (i < n) {
    double rest[8] = { 0.0 };
    float a[4], b[4];
    memcpy (rest, pairs[i], (n - i) * sizeof pairs[0]);
    unpair4 (a, b, rest);
    memcpy (x0 + i, a, (n - i) * sizeof (float));
    memcpy (x1 + i, b, (n - i) * sizeof (float));
  }
}

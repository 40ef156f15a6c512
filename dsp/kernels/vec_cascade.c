/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A row of second-order sections. One section waits for its own last result, so sections run side by
 * side in the lanes of a vector, each one frame behind the one before it: in step i section s works
 * on frame i - s, and what it puts out moves up by one lane pair. The first and the last steps, in
 * which not every section has a frame, keep the others' states by a mask.
 *
 * Two lanes are the channels of one section; a vector holds SECTIONS of them, a pipe up to VECTORS
 * vectors. The vectors of a pipe do not wait for each other within a step.
 */
#include "kernels/vec.h"

#define VD       (VN / 2) /* doubles in a register */
#define SECTIONS (VD / 2)
#define VECTORS  4
#if VN == 16
#define PIPE_VECTORS 2 /* eight sections */
#else
#define PIPE_VECTORS VECTORS
#endif

typedef double vd __attribute__ ((vector_size (8 * VD)));
typedef int64_t vl __attribute__ ((vector_size (8 * VD)));

enum { T0, T1, G, M0, M1, M2, N_COEF };

typedef struct {
  vd coef[PIPE_VECTORS][N_COEF], step[PIPE_VECTORS][N_COEF];
  vd s0[PIPE_VECTORS], s1[PIPE_VECTORS], y[PIPE_VECTORS];
  vd frame[PIPE_VECTORS]; /* from + i - s, for ramps */
} Pipe;

/* The previous results one pair up, `in` (in every pair) first. */
INLINE vd
shift_up (vd below, vd here)
{
#if VD == 2
  (void) here;
  return below;
#elif VD == 4
  return __builtin_shufflevector (below, here, 2, 3, 4, 5);
#else
  return __builtin_shufflevector (below, here, 6, 7, 8, 9, 10, 11, 12, 13);
#endif
}

INLINE vd
in_every_pair (const double *p)
{
  v2d v;
  memcpy (&v, p, sizeof v);
#if VD == 2
  return v;
#elif VD == 4
  return __builtin_shufflevector (v, v, 0, 1, 0, 1);
#else
  return __builtin_shufflevector (v, v, 0, 1, 0, 1, 0, 1, 0, 1);
#endif
}

/* All sections by one frame. masked: those with first <= step - s < end only. */
INLINE void
advance (Pipe *p, const unsigned vectors, const int ramp, const double *in, const int masked,
         const int64_t i, const int64_t n)
{
  vd below = in_every_pair (in);
#pragma GCC unroll 4
  for (unsigned k = 0; k < vectors; k++) {
    vd c[N_COEF];
#pragma GCC unroll 6
    for (unsigned q = 0; q < N_COEF; q++)
      c[q] = ramp ? p->coef[k][q] + p->step[k][q] * p->frame[k] : p->coef[k][q];
    const vd x = shift_up (below, p->y[k]), s0 = p->s0[k], s1 = p->s1[k];
    const vd v = x - s1, t = c[T0] * s0 + c[T1] * v;
    below = p->y[k];
    p->y[k] = (c[M0] * x + c[M2] * s1) + c[M1] * t;
    const vd next0 = t - s0, next1 = s1 + c[G] * t;
    if (masked) {
      vl busy;
      for (unsigned l = 0; l < VD; l++) {
        const int64_t frame = i - (int64_t) (k * SECTIONS + l / 2);
        busy[l] = frame >= 0 && frame < n ? -1 : 0;
      }
      p->s0[k] = (vd) ((busy & (vl) next0) | (~busy & (vl) s0));
      p->s1[k] = (vd) ((busy & (vl) next1) | (~busy & (vl) s1));
    } else {
      p->s0[k] = next0;
      p->s1[k] = next1;
    }
    if (ramp)
      p->frame[k] += 1.0;
  }
}

static void
load (Pipe *p, const unsigned vectors, const MdspCascadeSection *coef,
      const MdspCascadeSection *step, size_t from, double (*state)[2][2], unsigned n_sections)
{
  memset (p, 0, sizeof *p);
  for (unsigned s = 0; s < n_sections; s++)
    for (unsigned c = 0; c < 2; c++) {
      const unsigned k = s / SECTIONS, l = s % SECTIONS * 2 + c;
      const MdspCascadeSection *from_[2] = { coef + s, step ? step + s : NULL };
      for (unsigned j = 0; j < 2 && from_[j] != NULL; j++) {
        vd *to = j == 0 ? p->coef[k] : p->step[k];
        to[T0][l] = from_[j]->t0[c];
        to[T1][l] = from_[j]->t1[c];
        to[G][l] = from_[j]->g[c];
        to[M0][l] = from_[j]->m0[c];
        to[M1][l] = from_[j]->m1[c];
        to[M2][l] = from_[j]->m2[c];
      }
      p->s0[k][l] = state[s][0][c];
      p->s1[k][l] = state[s][1][c];
      p->frame[k][l] = (double) from - (double) s;
    }
  (void) vectors;
}

static void
save (const Pipe *p, double (*state)[2][2], unsigned n_sections)
{
  for (unsigned s = 0; s < n_sections; s++)
    for (unsigned c = 0; c < 2; c++) {
      state[s][0][c] = p->s0[s / SECTIONS][s % SECTIONS * 2 + c];
      state[s][1][c] = p->s1[s / SECTIONS][s % SECTIONS * 2 + c];
    }
}

/* Up to vectors * SECTIONS sections. */
INLINE void
run_pipe (const unsigned vectors, const int ramp, const MdspCascadeSection *coef,
          const MdspCascadeSection *step, size_t from, double (*state)[2][2], unsigned n_sections,
          double (*pairs)[2], int64_t n)
{
  static const double silence[2] = { 0.0, 0.0 };
  const int64_t lag = (int64_t) n_sections - 1, steps = n + lag;
  const unsigned last = (unsigned) lag / SECTIONS, pair = (unsigned) lag % SECTIONS * 2;
  Pipe p;
  load (&p, vectors, coef, step, from, state, n_sections);
  int64_t i = 0;
  for (; i < lag && i < n; i++)
    advance (&p, vectors, ramp, pairs[i], 1, i, n);
  if (n_sections == vectors * SECTIONS)
    for (; i < n; i++) { /* the last pair of the last vector: no detour through memory */
      advance (&p, vectors, ramp, pairs[i], 0, i, n);
      memcpy (pairs[i - lag], (const double *) &p.y[vectors - 1] + VD - 2, 2 * sizeof (double));
    }
  for (; i < n; i++) {
    advance (&p, vectors, ramp, pairs[i], 0, i, n);
    memcpy (pairs[i - lag], (const double *) &p.y[last] + pair, 2 * sizeof (double));
  }
  for (; i < steps; i++) {
    advance (&p, vectors, ramp, silence, 1, i, n);
    if (i >= lag)
      memcpy (pairs[i - lag], (const double *) &p.y[last] + pair, 2 * sizeof (double));
  }
  save (&p, state, n_sections);
}

#define DEFINE_PIPE(v)                                                                             \
  static void pipe_##v (const MdspCascadeSection *coef, const MdspCascadeSection *step,            \
                        size_t from, double (*state)[2][2], unsigned n_sections,                   \
                        double (*pairs)[2], int64_t n)                                             \
  {                                                                                                \
    if (step != NULL)                                                                              \
      run_pipe (v, 1, coef, step, from, state, n_sections, pairs, n);                              \
    else                                                                                           \
      run_pipe (v, 0, coef, step, from, state, n_sections, pairs, n);                              \
  }
DEFINE_PIPE (1)
DEFINE_PIPE (2)
#if PIPE_VECTORS > 2
DEFINE_PIPE (3)
DEFINE_PIPE (4)
#endif

void
MDSP_K (cascade_f64) (const MdspCascadeSection *coef, const MdspCascadeSection *step, size_t from,
                      double (*state)[2][2], unsigned n_sections, double (*pairs)[2], size_t n)
{
  if (n == 0)
    return;
  for (unsigned done = 0; done < n_sections;) {
    const unsigned left = n_sections - done, most = PIPE_VECTORS * SECTIONS;
    const unsigned take = left < most ? left : most;
    const MdspCascadeSection *c = coef + done, *s = step ? step + done : NULL;
    switch ((take + SECTIONS - 1) / SECTIONS) {
      case 1:
        pipe_1 (c, s, from, state + done, take, pairs, (int64_t) n);
        break;
      case 2:
        pipe_2 (c, s, from, state + done, take, pairs, (int64_t) n);
        break;
#if PIPE_VECTORS > 2
      case 3:
        pipe_3 (c, s, from, state + done, take, pairs, (int64_t) n);
        break;
      default:
        pipe_4 (c, s, from, state + done, take, pairs, (int64_t) n);
        break;
#endif
    }
    done += take;
  }
}

/* --- the way in and out -------------------------------------------------------------------------- */

typedef int32_t v4i __attribute__ ((vector_size (16)));

void
MDSP_K (pair_f64) (double (*pairs)[2], const float *x0, const float *x1, size_t n)
{
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    v4f a, b;
    memcpy (&a, x0 + i, sizeof a);
    memcpy (&b, x1 + i, sizeof b);
    v4d lo = __builtin_convertvector(__builtin_shufflevector (a, b, 0, 4, 1, 5), v4d);
    v4d hi = __builtin_convertvector(__builtin_shufflevector (a, b, 2, 6, 3, 7), v4d);
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
  v4f lo = clean (__builtin_convertvector(first, v4f));
  v4f hi = clean (__builtin_convertvector(second, v4f));
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

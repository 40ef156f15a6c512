/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A value that moves to its target in steps of a grid, and the line of gains that is drawn from one grid
 * point to the next. The grid's step is MDSP_GRID frames times MDSP_GAIN_LINE_MAX_PARTS at most.
 */
#ifndef MDSP_GAIN_LINE_H
#define MDSP_GAIN_LINE_H

#include "kernels/kernels.h"
#include "mdsp.h"

#define MDSP_GAIN_LINE_MAX_PARTS  30
#define MDSP_GAIN_LINE_MAX_FRAMES (MDSP_GAIN_LINE_MAX_PARTS * MDSP_GRID)

/* A step per grid point. */
typedef struct {
  double now, target, step;
  unsigned left;
} MdspGlide;

/* A line of gains from one grid point to the next. */
typedef struct {
  float node[2];
  float curve[MDSP_GAIN_LINE_MAX_FRAMES + MDSP_PAD];
} MdspGainLine;

static inline void
mdsp_glide_to (MdspGlide *g, double target, unsigned steps)
{
  if (target == g->target)
    return;
  g->target = target;
  g->left = steps;
  g->step = (target - g->now) / steps;
}

static inline void
mdsp_glide_jump (MdspGlide *g, double target)
{
  *g = (MdspGlide){ target, target, 0.0, 0 };
}

/* The value at the next grid point. */
static inline double
mdsp_glide_step (MdspGlide *g)
{
  if (g->left > 0)
    g->now = --g->left == 0 ? g->target : g->now + g->step;
  return g->now;
}

/* Draws a straight line of n_parts MDSP_GRID frames. */
static inline void
mdsp_gain_line_draw (float *curve, const float ends[2], unsigned n_parts, const MdspKernels *k)
{
  float nodes[MDSP_GAIN_LINE_MAX_PARTS + 1];
  for (unsigned i = 0; i < n_parts; i++)
    nodes[i] = ends[0] + (ends[1] - ends[0]) * ((float) i / (float) n_parts);
  nodes[n_parts] = ends[1];
  k->ramp_f32 (curve, nodes, n_parts, MDSP_GRID);
}

/* The segment that starts here ends at `node`; the curve is only drawn where it bends. */
static inline void
mdsp_gain_line_step (MdspGainLine *line, double node, unsigned n_parts, const MdspKernels *k)
{
  line->node[0] = line->node[1];
  line->node[1] = (float) node;
  if (line->node[0] != line->node[1])
    mdsp_gain_line_draw (line->curve, line->node, n_parts, k);
}

static inline void
mdsp_gain_line_jump (MdspGainLine *line, double node)
{
  line->node[0] = line->node[1] = (float) node;
}

static inline bool
mdsp_gain_line_is (const MdspGainLine *line, float gain)
{
  return line->node[0] == gain && line->node[1] == gain;
}

static inline double
mdsp_gain_line_mean (const MdspGainLine *line)
{
  return 0.5 * ((double) line->node[0] + line->node[1]);
}

/* dst = src * line, from frame `at` of the segment; dst == src allowed. */
static inline void
mdsp_gain_line_apply (const MdspGainLine *line, float *dst, const float *src, size_t at, size_t n,
                      const MdspKernels *k)
{
  if (line->node[0] != line->node[1])
    k->mul_f32 (dst, src, line->curve + at, n);
  else
    k->gain_f32 (dst, src, line->node[0], n);
}

#endif

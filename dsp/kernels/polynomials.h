/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Constants of the loops of dynamics, for kernels_c.c and vec_dynamics.c. log2 and exp2 in float are
 * minimax fits, their errors in dB of 20 log10; both are exact at 0 dB, so that a gain of one is one.
 */
#ifndef MDSP_POLYNOMIALS_H
#define MDSP_POLYNOMIALS_H

/* log2 (1 + t) = t * P (t), sqrt (1/2) <= 1 + t < sqrt (2): 2.3e-5 dB. */
#define MDSP_LOG2_P5 -0.206858124f
#define MDSP_LOG2_P4 0.318407118f
#define MDSP_LOG2_P3 -0.366413259f
#define MDSP_LOG2_P2 0.479793884f
#define MDSP_LOG2_P1 -0.721208468f
#define MDSP_LOG2_P0 1.4427018f

/* 2^f = 1 + f * Q (f), |f| <= 1/2: 2e-6 dB. */
#define MDSP_EXP2_Q4 0.00132669704f
#define MDSP_EXP2_Q3 0.00967545975f
#define MDSP_EXP2_Q2 0.0555074262f
#define MDSP_EXP2_Q1 0.240221218f
#define MDSP_EXP2_Q0 0.693146949f

#define MDSP_SQRT_HALF_BITS 0x3f3504f3   /* sqrt (1/2) */
#define MDSP_DB_PER_LOG2    3.01029996f  /* 10 log10 2, for powers */
#define MDSP_LOG2_PER_DB    0.166096405f /* log2 10 / 20, for gains */
/* x + this - this is x rounded to an integer, |x| < 2^22; its bits count the integers. */
#define MDSP_ROUND      0x1.8p23f
#define MDSP_ROUND_BITS 0x4b400000

/* follow_f64 and ballistics_f64 */
#define MDSP_BALLISTICS_UNITY 1e-6 /* dB */

#endif

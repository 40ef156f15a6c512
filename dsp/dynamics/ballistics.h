/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How a gain follows its target: the smooth decoupled peak detector of Giannoulis, Massberg and Reiss
 * (JAES 60(6), 2012), in dB, behind the gain computer. `ballistics_f64` (kernels.h) runs it.
 *
 * Attack is the time in which the gain covers 63 % of the way (1 - 1/e) when the level jumps up,
 * release when it falls back; the second is the response of both of its poles, so the release pole is
 * solved for it. "Up" is a rising level in every mode: for a compressor that is more reduction, for an
 * expander or upward compressor less action.
 */
#ifndef MDSP_BALLISTICS_H
#define MDSP_BALLISTICS_H

#include "mdsp.h"

/* Weights (1 - pole) of the attack and of the release for steps at `rate_hz`. release_ms below what
 * the attack's pole alone takes is that. */
void mdsp_ballistics_weights (double attack_ms, double release_ms, double rate_hz, double *attack,
                              double *release);

/* Automatic times from the crest factor (Giannoulis, Massberg, Reiss, "Parameter automation in a
 * dynamic range compressor", JAES 61(10), 2013): with C^2 = peak^2 / rms^2, attack = 2 attack_max / C^2
 * and release = 2 release_max / C^2 - attack: half-wave music with short peaks recovers fast, a steady
 * tone (C^2 = 2) at the set times. Weights for n steps from the powers; attack_weights == peak_power
 * allowed, release_weights == rms_power allowed. */
void mdsp_ballistics_auto (double attack_ms, double release_ms, double rate_hz,
                           const float *peak_power, const float *rms_power, float *attack_weights,
                           float *release_weights, size_t n);

#endif

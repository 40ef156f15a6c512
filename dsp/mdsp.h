/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What every module of the mastering core shares: status codes and block limits.
 *
 * Conventions of the core:
 * - audio is planar f32, one pointer per channel, 1.0 = 0 dBFS; "frames" counts samples per channel;
 * - a module is a noun with params, design (const, double precision, pure), state (owned by the
 *   caller) and the verbs design, init, reset, process, latency, response, clear;
 * - process never allocates, never locks and calls no libm; cutting the stream into other chunks
 *   does not change one bit of the result;
 * - inputs are finite: the caller has run the sanitize kernel (kernels.h) over them.
 */
#ifndef MDSP_H
#define MDSP_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#define MDSP_MAX_CHANNELS 64
#define MDSP_MAX_BLOCK    512 /* frames in one process call */
#define MDSP_GRID         64  /* frames: the grid of ramps and controller curves */
#define MDSP_RATE_MIN     8000.0
#define MDSP_RATE_MAX     384000.0

typedef enum {
  MDSP_OK = 0,
  MDSP_ERROR_PARAM,  /* a parameter is outside its documented range */
  MDSP_ERROR_MEMORY, /* out of memory */
  MDSP_ERROR_STATE   /* called in the wrong order, e.g. process before init */
} MdspStatus;

/* A sentence for a person; static storage, never NULL. */
const char *mdsp_status_text (MdspStatus status);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Flush-to-zero around a process call. Protection against slow subnormals only: no result depends
 * on it, because inputs below 2^-100 are zeroed on entry and recursive states are flushed by their
 * own rule. The caller's mode is always restored.
 */
#ifndef MDSP_FPENV_H
#define MDSP_FPENV_H

#include <stdint.h>

#if defined(__SSE2__)
#include <xmmintrin.h>
static inline uint64_t
mdsp_fp_enter (void)
{
  uint32_t saved = _mm_getcsr ();
  _mm_setcsr (saved | 0x8040); /* FTZ | DAZ */
  return saved;
}
static inline void
mdsp_fp_leave (uint64_t saved)
{
  _mm_setcsr ((uint32_t) saved);
}
#elif defined(__aarch64__)
static inline uint64_t
mdsp_fp_enter (void)
{
  uint64_t saved;
  __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
  __asm__ volatile("msr fpcr, %0" : : "r"(saved | (1u << 24)));
  return saved;
}
static inline void
mdsp_fp_leave (uint64_t saved)
{
  __asm__ volatile("msr fpcr, %0" : : "r"(saved));
}
#else
static inline uint64_t
mdsp_fp_enter (void)
{
  return 0;
}
static inline void
mdsp_fp_leave (uint64_t saved)
{
  (void) saved;
}
#endif

#endif

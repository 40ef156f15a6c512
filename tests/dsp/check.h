/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The least that a test of the core needs: count what fails, and a random sequence that is the same
 * everywhere. */
#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>
#include <stdio.h>

static int check_failures;

/* CHECK (condition) or CHECK (condition, "format", ...) */
#define CHECK(condition, ...)                                                                      \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      printf ("%s:%d: %s:", __FILE__, __LINE__, #condition);                                       \
      printf (" " __VA_ARGS__);                                                                    \
      printf ("\n");                                                                               \
      check_failures++;                                                                            \
    }                                                                                              \
  } while (0)

/* 0 <= x < 1 */
static inline double
check_random (uint64_t *state)
{
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (double) (*state >> 11) * 0x1p-53;
}

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Which table runs: the first one, best first, whose CPU features are all there.
 */
#include "kernels/tables.h"

#ifdef MDSP_HAVE_ORC
#include "kernels/elementwise_orc.h"
#endif

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  CPU_AVX2 = 1 << 0,
  CPU_AVX512 = 1 << 1, /* F, DQ, BW and VL together, what the library is compiled for */
};

static const struct {
  const MdspKernels *kernels;
  unsigned needs;
} tables[] = {
#ifdef MDSP_HAVE_AVX512
  { &mdsp_kernels_avx512, CPU_AVX512 },
#endif
#ifdef MDSP_HAVE_AVX2
  { &mdsp_kernels_avx2, CPU_AVX2 },
#endif
#ifdef MDSP_HAVE_SSE2
  { &mdsp_kernels_sse2, 0 },
#endif
#ifdef MDSP_HAVE_NEON
  { &mdsp_kernels_neon, 0 },
#endif
  { &mdsp_kernels_c, 0 },
};
#define N_TABLES (sizeof tables / sizeof tables[0])

/* The compiler's run-time also asks whether the operating system saves the wide registers. */
static unsigned
cpu_features (void)
{
  unsigned features = 0;
#if defined(__x86_64__) || defined(__i386__)
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx2"))
    features |= CPU_AVX2;
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512dq") &&
      __builtin_cpu_supports ("avx512bw") && __builtin_cpu_supports ("avx512vl"))
    features |= CPU_AVX512;
#endif
  return features;
}

/* What a table needs before its first kernel runs. */
static const MdspKernels *
prepared (const MdspKernels *table)
{
#ifdef MDSP_HAVE_ORC
  if (table == &mdsp_kernels_sse2)
    mdsp_kernels_compile_orc ();
#endif
  return table;
}

unsigned
mdsp_kernels_list (const MdspKernels **list, unsigned max)
{
  const unsigned features = cpu_features ();
  unsigned n = 0;
  for (unsigned i = 0; i < N_TABLES && n < max; i++)
    if ((tables[i].needs & ~features) == 0)
      list[n++] = prepared (tables[i].kernels);
  return n;
}

const MdspKernels *
mdsp_kernels_by_name (const char *isa)
{
  const unsigned features = cpu_features ();
  for (unsigned i = 0; i < N_TABLES; i++)
    if ((tables[i].needs & ~features) == 0 && strcmp (tables[i].kernels->isa, isa) == 0)
      return prepared (tables[i].kernels);
  return NULL;
}

static const MdspKernels *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
refuse (const char *wanted)
{
  const MdspKernels *list[N_TABLES];
  const unsigned n = mdsp_kernels_list (list, N_TABLES);
  char names[64] = "";
  for (unsigned i = 0; i < n; i++) {
    strncat (names, i > 0 ? " " : "", sizeof names - strlen (names) - 1);
    strncat (names, list[i]->isa, sizeof names - strlen (names) - 1);
  }
  fprintf (stderr, "MDSP_CPU=%s does not exist here, using %s; there are: %s\n", wanted,
           chosen->isa, names);
}

static void
choose (void)
{
  const char *wanted = getenv ("MDSP_CPU");
  mdsp_kernels_list (&chosen, 1);
  if (!wanted || !*wanted)
    return;
  const MdspKernels *named = mdsp_kernels_by_name (wanted);
  if (named)
    chosen = named;
  else
    refuse (wanted);
}

const MdspKernels *
mdsp_kernels_get (void)
{
  pthread_once (&once, choose);
  return chosen;
}

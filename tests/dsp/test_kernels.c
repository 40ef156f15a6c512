/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Every vector table against the scalar specification, bit for bit, and their speed.
 *
 *   test_kernels [--seed N] [--kernel NAME] [--isa NAME]   compare (the default), with self-tests
 *   test_kernels --crc                                     CRC of the scalar results: the same
 *                                                          number on every machine
 *   test_kernels --bench                                   ns per frame and ratio to C
 *
 * The specification runs once over the whole buffer, the vector version in random pieces; then all
 * memory of both is compared: outputs, inputs, states, sums and the words around every buffer; and
 * the floating-point mode that they leave behind.
 */
#define _POSIX_C_SOURCE 200809L
#include "crc32.h"
#include "kernel_cases.h"
#include "kernel_faults.h"
#include "kernels/fpenv.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ALL_LENGTHS  133 /* more than two rounds of the widest unrolled loop, 4 x 16 */
#define LONG_LENGTHS 12
#define ROUNDS       12 /* all fills, alignments, aliasings and most parameter sets of kernel_cases.c */
#define MAX_ISAS     8

static uint64_t seed = 1;
static Frame reference, candidate;
static char running[160];

/* A kernel that reads past its buffer dies here; the line says where. */
static void
on_crash (int number)
{
  ssize_t ignored = write (2, running, strlen (running));
  (void) ignored;
  _exit (128 + number);
}

static size_t
length_of (unsigned index)
{
  if (index < ALL_LENGTHS)
    return index;
  uint64_t rng = seed + index;
  return ALL_LENGTHS + random_u32 (&rng) % (index % 2 ? 350 : 87);
}

static void
run_in_pieces (const KernelCase *c, const MdspKernels *k, Frame *f)
{
  size_t from = 0;
  while (from < f->n) {
    size_t count = f->round % 4 == 0 ? f->n : 1 + random_u32 (&f->rng) % f->n;
    count = count < f->n - from ? count : f->n - from;
    c->run (k, f, from, count);
    from += count;
  }
  c->run (k, f, f->n, 0); /* no frames: no effect */
}

/* Says what differs first, unless it is a planted fault that should. */
static bool
same (const Frame *a, const Frame *b, bool quiet)
{
  for (unsigned i = 0; i < a->n_slots; i++) {
    const float *pa = a->slot[i].page, *pb = b->slot[i].page;
    for (ptrdiff_t k = 0; k < SLOT_FLOATS; k++)
      if (memcmp (&pa[k], &pb[k], sizeof *pa) != 0) {
        if (!quiet)
          printf ("  buffer %u [%td] of %zu: %a, specification %a\n", i, k - (a->slot[i].x - pa),
                  a->slot[i].size, pb[k], pa[k]);
        return false;
      }
  }
  if (memcmp (&a->r, &b->r, sizeof a->r) != 0) {
    if (!quiet)
      printf ("  state, sums, count, peak or floating-point mode\n");
    return false;
  }
  return true;
}

/* Two thirds of the rounds flush subnormals, as the elements do; always where the contract leaves
 * subnormal products open. */
static bool
flushes (const KernelCase *c, unsigned round)
{
  static const char *open[] = { "gain_f32", "mul_f32", "mix_f32", "mix_bands_f32" };
  for (unsigned i = 0; i < 4; i++)
    if (strcmp (c->name, open[i]) == 0)
      return true;
  return round / N_FILLS > 0;
}

/* Rounding, flush and exception modes, without the exception flags of x86. */
static uint64_t
fp_mode (void)
{
  const uint64_t mode = mdsp_fp_enter ();
  mdsp_fp_leave (mode);
  return mode & ~(uint64_t) 0x3f;
}

static void
run_both (const KernelCase *c, const MdspKernels *k, bool flush)
{
  const uint64_t saved = flush ? mdsp_fp_enter () : 0;
  c->run (&mdsp_kernels_c, &reference, 0, reference.n);
  reference.r.fp_mode = fp_mode ();
  run_in_pieces (c, k, &candidate);
  candidate.r.fp_mode = fp_mode ();
  if (flush)
    mdsp_fp_leave (saved);
  frame_forget_padding (&reference);
  frame_forget_padding (&candidate);
}

static bool
check (const KernelCase *c, const MdspKernels *k, bool quiet)
{
  for (unsigned l = 0; l < ALL_LENGTHS + LONG_LENGTHS; l++)
    for (unsigned round = 0; round < ROUNDS; round++) {
      const Fill fill = (Fill) (round % N_FILLS);
      snprintf (running, sizeof running, "FAIL: %s_%s crashed: n %zu, round %u, --seed %llu\n",
                c->name, k->isa, length_of (l), round, (unsigned long long) seed);
      frame_setup (&reference, c, length_of (l), fill, round + l, seed);
      frame_clone (&candidate, &reference);
      run_both (c, k, flushes (c, round));
      if (same (&reference, &candidate, quiet))
        continue;
      if (!quiet)
        printf ("FAIL: mdsp_k_%s_%s: n %zu, fill %d, round %u; again with --seed %llu --kernel %s "
                "--isa %s\n",
                c->name, k->isa, length_of (l), fill, round, (unsigned long long) seed, c->name,
                k->isa);
      return false;
    }
  return true;
}

/* --- the checker itself ----------------------------------------------------------------------- */

/* In a child, because some faults have to run into a guard page. */
static bool
is_caught (const KernelFault *fault)
{
  fflush (stdout);
  pid_t child = fork ();
  if (child == 0) {
    close (2);
    MdspKernels broken = mdsp_kernels_c;
    broken.isa = "broken";
    fault->plant (&broken);
    bool good = true;
    for (unsigned i = 0; i < n_kernel_cases; i++)
      if (strcmp (kernel_cases[i].name, fault->kernel) == 0)
        good = good && check (&kernel_cases[i], &broken, true);
    _exit (good ? 0 : 1);
  }
  int status = 0;
  if (waitpid (child, &status, 0) != child || !WIFEXITED (status))
    return false;
  return fault->crashes ? WEXITSTATUS (status) > 128 : WEXITSTATUS (status) > 0;
}

static unsigned
self_test (void)
{
  unsigned missed = 0;
  for (unsigned i = 0; i < n_kernel_faults; i++) {
    const KernelFault *fault = &kernel_faults[i];
    bool caught = is_caught (fault);
    printf ("%s: planted fault in %s: %s\n", caught ? "ok" : "FAIL, not caught", fault->kernel,
            fault->what);
    missed += !caught;
  }
  return missed;
}

/* --- a check sum of what the specification computes ------------------------------------------ */

static void
print_crc (void)
{
  uint32_t crc = 0xffffffffu;
  for (unsigned i = 0; i < n_kernel_cases; i++)
    for (size_t n = 0; n < ALL_LENGTHS; n += 3)
      for (unsigned round = 0; round < N_FILLS; round++) {
        frame_setup (&reference, &kernel_cases[i], n, (Fill) round, round + (unsigned) n, seed);
        kernel_cases[i].run (&mdsp_kernels_c, &reference, 0, n);
        for (unsigned s = 0; s < reference.n_slots; s++)
          crc = crc32_add (crc, reference.slot[s].x, reference.slot[s].size * sizeof (float));
        crc = crc32_add (crc, &reference.r.state, sizeof reference.r.state);
        crc = crc32_add (crc, &reference.r.sums, sizeof reference.r.sums);
        crc = crc32_add (crc, &reference.r.tree, sizeof reference.r.tree);
        crc = crc32_add (crc, &reference.r.lanes, sizeof reference.r.lanes);
        uint32_t count = (uint32_t) reference.r.count; /* size_t differs between machines */
        crc = crc32_add (crc, &count, sizeof count);
        crc = crc32_add (crc, &reference.r.peak, sizeof reference.r.peak);
      }
  printf ("crc %08x\n", ~crc);
}

/* --- speed ----------------------------------------------------------------------------------- */

static double
now_ns (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double) t.tv_sec * 1e9 + (double) t.tv_nsec;
}

static int
by_value (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Median of 31 runs of at least 512 * 64 frames, in ns per frame of one call's channels. */
static double
ns_per_frame (const KernelCase *c, const MdspKernels *k)
{
  enum { FRAMES = 512, CALLS = 64, RUNS = 31 };
  double runs[RUNS];
  reference.stagger = 80;
  frame_setup (&reference, c, FRAMES / c->frames_per_unit, FILL_NOISE, 0, seed);
  for (unsigned r = 0; r < RUNS; r++) {
    double start = now_ns ();
    for (unsigned i = 0; i < CALLS; i++)
      c->run (k, &reference, 0, reference.n);
    runs[r] = (now_ns () - start) / (FRAMES * CALLS);
  }
  qsort (runs, RUNS, sizeof runs[0], by_value);
  return runs[RUNS / 2];
}

static void
bench (const MdspKernels *const *isas, unsigned n_isas)
{
  mdsp_fp_enter (); /* what runs through a filter in place again and again dies away */
  printf ("ns per frame of one call (median), and how many times faster than c\n%-22s", "");
  for (unsigned i = n_isas; i-- > 0;)
    printf ("%16s", isas[i]->isa);
  printf ("\n");
  for (unsigned i = 0; i < n_kernel_cases; i++) {
    printf ("%-22s", kernel_cases[i].name);
    const double c = ns_per_frame (&kernel_cases[i], &mdsp_kernels_c);
    for (unsigned k = n_isas; k-- > 0;) {
      const double ns = ns_per_frame (&kernel_cases[i], isas[k]);
      printf ("%9.3f %5.1fx", ns, c / ns);
    }
    printf ("\n");
  }
}

int
main (int argc, char **argv)
{
  const char *kernel = NULL, *isa = NULL;
  bool only_bench = false, only_crc = false;
  for (int i = 1; i < argc; i++) {
    if (strcmp (argv[i], "--bench") == 0)
      only_bench = true;
    else if (strcmp (argv[i], "--crc") == 0)
      only_crc = true;
    else if (i + 1 < argc && strcmp (argv[i], "--seed") == 0)
      seed = strtoull (argv[++i], NULL, 0);
    else if (i + 1 < argc && strcmp (argv[i], "--kernel") == 0)
      kernel = argv[++i];
    else if (i + 1 < argc && strcmp (argv[i], "--isa") == 0)
      isa = argv[++i];
    else
      return fprintf (stderr, "unknown argument %s\n", argv[i]), 2;
  }
  const MdspKernels *isas[MAX_ISAS];
  const unsigned n_isas = mdsp_kernels_list (isas, MAX_ISAS);
  frame_alloc (&reference);
  frame_alloc (&candidate);
  if (only_crc)
    return print_crc (), 0;
  if (only_bench)
    return bench (isas, n_isas), 0;

  signal (SIGSEGV, on_crash);
  signal (SIGBUS, on_crash);
  printf ("seed %llu\n", (unsigned long long) seed);
  unsigned failed = 0, checked = 0;
  for (unsigned i = 0; i < n_isas; i++)
    for (unsigned k = 0; k < n_kernel_cases; k++) {
      if ((isa && strcmp (isa, isas[i]->isa) != 0) ||
          (kernel && strcmp (kernel, kernel_cases[k].name) != 0))
        continue;
      bool good = check (&kernel_cases[k], isas[i], false);
      printf ("%s: mdsp_k_%s_%s\n", good ? "ok" : "FAIL", kernel_cases[k].name, isas[i]->isa);
      checked++;
      failed += !good;
    }
  if (!kernel && !isa)
    failed += self_test ();
  printf ("%u kernels checked, %u failed\n", checked, failed);
  return failed > 0 || checked == 0;
}

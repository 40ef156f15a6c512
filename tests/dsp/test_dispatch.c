/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The choice of a table: best first, MDSP_CPU obeyed or refused with a line, one answer for all
 * threads. The choice is made once per process, so every case is a child.
 */
#define _POSIX_C_SOURCE 200809L
#include "kernels/kernels.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_THREADS 16

static unsigned failed;

static void
expect (bool good, const char *what, const char *detail)
{
  printf ("%s: %s %s\n", good ? "ok" : "FAIL", what, detail);
  failed += !good;
}

static void *
get (void *unused)
{
  return (void *) mdsp_kernels_get ();
}

/* Runs in the child: 16 threads ask at once. */
static bool
all_threads_get (const MdspKernels *expected)
{
  pthread_t thread[N_THREADS];
  bool good = true;
  for (unsigned i = 0; i < N_THREADS; i++)
    if (pthread_create (&thread[i], NULL, get, NULL) != 0)
      return false;
  for (unsigned i = 0; i < N_THREADS; i++) {
    void *table = NULL;
    pthread_join (thread[i], &table);
    good = good && table == (void *) expected;
  }
  return good;
}

/* What a process with MDSP_CPU=value chooses; *said becomes its stderr. */
static bool
chooses (const char *value, const MdspKernels *expected, char *said, size_t size)
{
  int fd[2];
  if (pipe (fd) != 0)
    return false;
  fflush (stdout);
  pid_t child = fork ();
  if (child == 0) {
    dup2 (fd[1], 2);
    if (value)
      setenv ("MDSP_CPU", value, 1);
    else
      unsetenv ("MDSP_CPU");
    _exit (all_threads_get (expected) ? 0 : 1);
  }
  close (fd[1]);
  ssize_t n = read (fd[0], said, size - 1);
  said[n > 0 ? n : 0] = '\0';
  close (fd[0]);
  int status = 1;
  return waitpid (child, &status, 0) == child && WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

int
main (void)
{
  const MdspKernels *list[8];
  const unsigned n = mdsp_kernels_list (list, 8);
  char said[256];
  expect (n >= 1 && strcmp (list[n - 1]->isa, "c") == 0, "the scalar table is there and last", "");
  expect (mdsp_kernels_list (list, 1) == 1, "the list respects its maximum", "");
  mdsp_kernels_list (list, 8);
#if defined(__x86_64__)
  static const char *order[] = { "avx512", "avx2", "sse2", "c" };
  unsigned at = 0;
  for (unsigned i = 0; i < 4 && at < n; i++)
    at += strcmp (list[at]->isa, order[i]) == 0;
  expect (n >= 2 && at == n, "x86-64 has at least sse2, and the best comes first:", list[0]->isa);
#elif defined(__aarch64__)
  expect (n == 2 && strcmp (list[0]->isa, "neon") == 0, "AArch64 has neon", "");
#endif
  expect (chooses (NULL, list[0], said, sizeof said) && !*said, "without MDSP_CPU: the best", "");
  expect (chooses ("", list[0], said, sizeof said) && !*said, "empty MDSP_CPU: the best", "");
  for (unsigned i = 0; i < n; i++) {
    expect (mdsp_kernels_by_name (list[i]->isa) == list[i], "by name:", list[i]->isa);
    expect (chooses (list[i]->isa, list[i], said, sizeof said) && !*said,
            "MDSP_CPU obeyed:", list[i]->isa);
  }
  expect (mdsp_kernels_by_name ("altivec") == NULL, "an unknown name is NULL", "");
  expect (chooses ("altivec", list[0], said, sizeof said) && strstr (said, "MDSP_CPU=altivec"),
          "an unknown MDSP_CPU is named on stderr:", said);
  for (unsigned i = 0; i < n; i++)
    expect (strstr (strstr (said, "there are:") ? strstr (said, "there are:") : "", list[i]->isa),
            "what exists is named:", said);
  expect (strchr (said, '\n') == said + strlen (said) - 1, "once, whatever the threads", "");
  expect (n < 2 || !chooses (list[n - 1]->isa, list[0], said, sizeof said),
          "planted fault: a wrong expectation is noticed", "");
  return failed > 0;
}

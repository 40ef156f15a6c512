/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 *
 * gst-master-1.0: masters music from the command line.
 */
#include "commands.h"

#include "config.h"
#include "error.h"
#include "input.h"
#include "interrupt.h"
#include "profile.h"

#include "kernels/kernels.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  const char *name;
  int (*run) (int argc, char **argv);
  const char *summary;
} Command;

static const Command commands[] = {
  { "master", cmd_master, "make a master of a mix, and prove it" },
  { "analyze", cmd_analyze, "measure files: loudness, true peak, dynamics" },
  { "translate", cmd_translate, "how files sound on a phone, in a car, ...; and hear it" },
  { "headroom", cmd_headroom, "what lossy codecs do to its peaks, and the ceiling that holds" },
  { "check", cmd_check, "does a finished file meet a platform's rules?" },
  { "profiles", cmd_profiles, "list platforms and genres, with the source of every number" },
};

void
tool_start_gstreamer (void)
{
  gst_init (NULL, NULL);
  input_rank_decoders ();
}

static void
tell_skipped (const char *path, const char *why)
{
  g_printerr ("gst-master-1.0: the profile %s was skipped: %s\n", path, why);
}

/* A program that was started with a closed standard stream would get its number for the next file that
 * it opens, and print into its own master. Opened the wrong way round, using it stays an error. */
static void
occupy_standard_streams (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 && errno == EBADF)
      (void) !open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static gboolean
is_pipe (int fd)
{
  struct stat st;

  return fstat (fd, &st) == 0 && (S_ISFIFO (st.st_mode) || S_ISSOCK (st.st_mode));
}

/* A report that did not arrive (a full disk) is a failure, though what was asked for is done. Who reads from a
 * pipe and leaves early, as head does, has read what it wants. */
static int
finish_stdout (int code)
{
  gboolean lost = ferror (stdout) != 0;

  errno = 0;
  if ((fflush (stdout) == 0 && !lost) || is_pipe (STDOUT_FILENO))
    return code;
  fprintf (stderr,
           "gst-master-1.0: the report could not be written to standard output (%s); the rest is "
           "done.\n",
           errno ? g_strerror (errno) : "it ended early");
  return MAX (code, TOOL_EXIT_CONSTRAINED);
}

static void
print_usage (FILE *to)
{
  fprintf (to, "Usage: gst-master-1.0 COMMAND [OPTIONS] FILE...\n\nCommands:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (to, "  %-10s %s\n", commands[i].name, commands[i].summary);
  fprintf (to,
           "\nFor example:\n"
           "  gst-master-1.0 master mix.wav\n"
           "  gst-master-1.0 master mix.wav --genre rock -o song.wav\n"
           "  gst-master-1.0 analyze song.flac\n\n"
           "gst-master-1.0 COMMAND --help tells more. Exit status: 0 done and in spec, 1 done but "
           "a\nconstraint or check failed (it is named), 2 bad usage or input and nothing "
           "written.\n");
}

/* A wrong MDSP_CPU is told of by the first who looks; the plugin has kernels of its own and would tell
 * again. No thread reads the environment yet. */
static void
settle_kernels (void)
{
  const char *wanted = g_getenv ("MDSP_CPU");

  if (wanted && strcmp (wanted, mdsp_kernels_get ()->isa))
    g_unsetenv ("MDSP_CPU");
}

int
main (int argc, char **argv)
{
  occupy_standard_streams ();
  settle_kernels ();
  setlocale (LC_CTYPE, ""); /* file names; numbers stay in the C locale */
  profile_set_skipped (tell_skipped);
  interrupt_install ();

  if (argc < 2) {
    print_usage (stderr);
    return TOOL_EXIT_BAD;
  }
  if (!strcmp (argv[1], "--version")) {
    printf ("gst-master-1.0 %s\n", PACKAGE_VERSION);
    return finish_stdout (TOOL_EXIT_OK);
  }
  if (!strcmp (argv[1], "--help") || !strcmp (argv[1], "-h") || !strcmp (argv[1], "help")) {
    print_usage (stdout);
    return finish_stdout (TOOL_EXIT_OK);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (!strcmp (argv[1], commands[i].name)) {
      int code = commands[i].run (argc - 1, argv + 1);

      code = finish_stdout (code);
      interrupt_reraise ();
      return code;
    }
  fprintf (stderr, "gst-master-1.0: there is no command '%s'; it is one of ", argv[1]);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stderr, "%s%s",
             i == 0                             ? ""
             : i + 1 == G_N_ELEMENTS (commands) ? " and "
                                                : ", ",
             commands[i].name);
  fprintf (stderr, ". See gst-master-1.0 --help.\n");
  return TOOL_EXIT_BAD;
}

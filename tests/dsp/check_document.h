/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A table that a test prints and that stands in a document: a line that differs is a failure, so the
 * document is what was measured. */
#ifndef CHECK_DOCUMENT_H
#define CHECK_DOCUMENT_H

#include "check.h"

#include <stdlib.h>
#include <string.h>

#define CHECK_DOCUMENT_MAX (1 << 20)

static char *check_document;

/* Without an argument lines are only printed. Exits when the file cannot be read. */
static inline void
check_document_open (int argc, char **argv)
{
  FILE *file;

  if (argc < 2)
    return;
  file = fopen (argv[1], "rb");
  check_document = calloc (1, CHECK_DOCUMENT_MAX);
  if (file == NULL || check_document == NULL ||
      fread (check_document, 1, CHECK_DOCUMENT_MAX - 1, file) == 0) {
    fprintf (stderr, "cannot read %s\n", argv[1]);
    exit (2);
  }
  fclose (file);
}

static inline void
check_document_close (void)
{
  free (check_document);
}

static inline void
check_document_line (const char *line)
{
  printf ("%s\n", line);
  CHECK (check_document == NULL || strstr (check_document, line) != NULL,
         "the document does not have this line");
}

#endif

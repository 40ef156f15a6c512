/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One input: is it there, is it whole? And the front of a pipeline that decodes it to raw audio.
 */
#pragma once

#include <gst/gst.h>

#include "aiff_probe.h"
#include "chunks64.h"
#include "riff.h"

typedef struct {
  char *path; /* to read from */
  char *name; /* to print: the path as given, or "standard input" */
  gboolean is_temporary;
  guint64 size;        /* bytes */
  gboolean is_damaged; /* cut short, and accepted all the same */
  RiffInfo riff;
  AiffInfo aiff;
  Chunks64Info chunks64;
  gboolean by_sndfile; /* read by libsndfile: see source.c */
} Input;

/* Checks what can be known without decoding; "-" spools standard input into a temporary file, as
 * mastering reads its input more than once. FALSE with a TOOL_ERROR_INPUT. A damaged file (cut
 * short) is refused unless accept_damaged; then *warning says so (free it). */
Input *input_open (const char *path, gboolean accept_damaged, char **warning, GError **error);
void input_free (Input *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Input, input_free)

/* SHA-256 of the file, in hexadecimal; free it. */
char *input_hash (const Input *input, GError **error);

/* Ranks the decoders that keep peaks over full scale above those that clip at 16 bits; call once
 * after gst_init (). */
void input_rank_decoders (void);

/* A bin with one source pad "src" that gives raw audio of the audio stream `stream` (from 0). It
 * posts a TOOL_ERROR_INPUT when there is no such stream. */
GstElement *input_source_new (const Input *input, guint stream, GError **error);

/* How many audio streams the source has seen (valid after a run). */
guint input_source_n_streams (GstElement *source);

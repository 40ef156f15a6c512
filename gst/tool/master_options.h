/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The options of the command master.
 */
#pragma once

#include "amounts.h"
#include "dynamics.h"
#include "stereo_mode.h"
#include "encoder.h"
#include "plan.h"

typedef struct {
  Wish wish;
  Dither dither;
  Amounts amounts;
  double max_move_db; /* NAN: not given */
  StereoMode stereo;
  MdspDynamicsStyle dynamics;
  char *output, *settings, *save_settings;
  gboolean no_eq, force, dry_run, json, quiet, accept_damaged;
  int stream, jobs;
  char **inputs;
  /* owned by the parser */
  char *codecs; /* --codec-safe; CODECS_USUAL without a list; NULL: not given */
  char *platforms, *genre, *format, *dither_name, *amount, *reference_weights, *stereo_name,
      *dynamics_name;
  char **references;
} MasterCli;

/* What the platforms of the master send. */
#define CODECS_USUAL "usual"

/* FALSE with a TOOL_ERROR_USAGE or GOption's own error. */
gboolean master_options_parse (MasterCli *cli, int argc, char **argv, GError **error);
void master_options_clear (MasterCli *cli);

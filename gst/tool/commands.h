/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The commands. Each takes its own arguments (argv[0] is the command's name) and returns the exit
 * code.
 */
#pragma once

int cmd_master (int argc, char **argv);
int cmd_analyze (int argc, char **argv);
int cmd_translate (int argc, char **argv);
int cmd_headroom (int argc, char **argv);
int cmd_check (int argc, char **argv);
int cmd_profiles (int argc, char **argv);

/* GStreamer and the decoder ranks; called by a command once its options are known to be right. */
void tool_start_gstreamer (void);

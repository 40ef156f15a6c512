/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "output_check.h"

#include "error.h"
#include "names.h"
#include "part_file.h"

#include <string.h>

static gboolean
refuse (GError **error, const char *text)
{
  g_set_error_literal (error, TOOL_ERROR, TOOL_ERROR_USAGE, text);
  return FALSE;
}

static gboolean
is_a_mix (const MasterCli *cli, const char *path)
{
  for (gsize i = 0; cli->inputs[i]; i++)
    if (strcmp (cli->inputs[i], "-") && names_same_file (path, cli->inputs[i]))
      return TRUE;
  return FALSE;
}

static gboolean
check_master (const MasterCli *cli, const char *path, GError **error)
{
  if (!strcmp (path, "-"))
    return TRUE;
  if (is_a_mix (cli, path))
    return refuse (error, "the master would replace the mix itself; give it another name with -o.");
  if (cli->settings && names_same_file (path, cli->settings))
    return refuse (error,
                   "the master would replace the settings it is rendered with; give it another "
                   "name with -o.");
  if (cli->dry_run && !cli->output)
    return TRUE;
  return part_file_check (path, cli->force || cli->dry_run, error);
}

static gboolean
check_settings (const MasterCli *cli, GError **error)
{
  const char *path = cli->save_settings;

  if (is_a_mix (cli, path))
    return refuse (error, "the settings would replace the mix itself; give another name with "
                          "--save-settings.");
  if (names_is_folder (path)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "%s is a folder; --save-settings needs the name of a file, for example song.ini.",
                 path);
    return FALSE;
  }
  return part_file_check (path, cli->force, error);
}

gboolean
output_check (const MasterCli *cli, const char *input, const GPtrArray *targets, GError **error)
{
  if (cli->save_settings && targets->len > 1)
    return refuse (error, "--save-settings keeps the settings of one master; ask for one target "
                          "and one format.");
  if (cli->save_settings && !check_settings (cli, error))
    return FALSE;
  for (guint i = 0; i < targets->len; i++) {
    g_autofree char *path = names_output (input, cli->output, targets->pdata[i], targets);

    if (cli->save_settings && names_same_file (path, cli->save_settings))
      return refuse (error,
                     "the master and its settings would be one file; give one of them another "
                     "name.");
    if (!check_master (cli, path, error))
      return FALSE;
  }
  return TRUE;
}

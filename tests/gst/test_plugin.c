/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The plugin as a whole: every element inspects, changes state in any order, frees what it took,
 * and every example line of the documentation runs. ELEMENT_SOURCES is the folder of the sources.
 */
#include <gst/check/gstcheck.h>
#include <string.h>

#define PLUGIN_SOURCE "gst-mastering" /* PACKAGE */

/* Factories of the plugin; gst_plugin_feature_list_free. */
static GList *
factories (void)
{
  GstRegistry *registry = gst_registry_get ();
  GstPlugin *plugin = gst_registry_find_plugin (registry, "mastering");
  GList *list;

  fail_unless (plugin != NULL);
  fail_unless_equals_string (gst_plugin_get_source (plugin), PLUGIN_SOURCE);
  fail_unless_equals_string (gst_plugin_get_license (plugin), "LGPL");
  list = gst_registry_get_feature_list_by_plugin (registry, "mastering");
  fail_unless (g_list_length (list) >= 3);
  gst_object_unref (plugin);
  return list;
}

/* The system's tools can not load an instrumented plugin. */
#ifdef __SANITIZE_ADDRESS__
#define INSTRUMENTED TRUE
#else
#define INSTRUMENTED FALSE
#endif

/* Exit status of a command; output and errors into *text (free it). */
static gint
run_command (const gchar *command, gchar **environment, gchar **text)
{
  gchar **argv, *out = NULL, *err = NULL;
  GError *error = NULL;
  gint status = -1;

  fail_unless (g_shell_parse_argv (command, NULL, &argv, &error));
  fail_unless (g_spawn_sync (NULL, argv, environment, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err,
                             &status, &error),
               "%s", error != NULL ? error->message : "");
  *text = g_strconcat (out, err, NULL);
  g_free (out);
  g_free (err);
  g_strfreev (argv);
  return status;
}

GST_START_TEST (elements_are_registered_as_documented)
{
  GList *list = factories ();

  for (GList *l = list; l != NULL; l = l->next) {
    GstElementFactory *f = GST_ELEMENT_FACTORY (l->data);
    const gchar *klass = gst_element_factory_get_metadata (f, GST_ELEMENT_METADATA_KLASS);
    GstElement *element = gst_element_factory_create (f, NULL);

    fail_unless_equals_int (gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE (f)), GST_RANK_NONE);
    fail_unless (strcmp (klass, "Filter/Effect/Audio") == 0 ||
                 strcmp (klass, "Filter/Analyzer/Audio") == 0);
    fail_unless (GST_IS_PRESET (element));
    fail_unless_equals_int (gst_element_factory_get_num_pad_templates (f), 2);
    gst_object_unref (element);
  }
  gst_plugin_feature_list_free (list);
}
GST_END_TEST;

GST_START_TEST (gst_inspect_shows_every_element)
{
  GList *list = factories ();
  gchar *text;

  for (GList *l = list; l != NULL; l = l->next) {
    gchar *command = g_strconcat ("gst-inspect-1.0 ", GST_OBJECT_NAME (l->data), NULL);

    fail_unless_equals_int (run_command (command, NULL, &text), 0);
    fail_unless (strstr (text, "interval") != NULL && strstr (text, "CRITICAL") == NULL &&
                     strstr (text, "WARNING") == NULL,
                 "%.2000s", text);
    g_free (text);
    g_free (command);
  }
  fail_unless_equals_int (run_command ("gst-inspect-1.0 mastering", NULL, &text), 0);
  g_free (text);
  fail_unless (run_command ("gst-inspect-1.0 masteringg", NULL, &text) != 0); /* planted */
  g_free (text);
  gst_plugin_feature_list_free (list);
}
GST_END_TEST;

/* NULL, or why the line does not run to its end. A clean `gst-launch-1.0 [options]` is cut off. */
static gchar *
run_line (const gchar *line)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);
  GstMessage *message;
  GstBus *bus;
  gchar *failure = NULL;

  if (error != NULL) {
    failure = g_strdup (error->message);
    g_error_free (error);
    gst_clear_object (&pipeline);
    return failure;
  }
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (message == NULL) {
    failure = g_strdup ("no end within 60 s");
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    failure = g_strdup (error->message);
    g_error_free (error);
  }
  g_clear_pointer (&message, gst_message_unref);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  return failure;
}

/* The part of an example that gst_parse understands, or NULL. */
static const gchar *
pipeline_of (const gchar *line)
{
  const gchar *p = strstr (line, "gst-launch-1.0 ");

  if (p == NULL)
    return NULL;
  p += strlen ("gst-launch-1.0 ");
  while (*p == '-')
    p = strchr (p, ' ') + 1;
  return p;
}

GST_START_TEST (examples_of_the_documentation_run)
{
  GDir *dir = g_dir_open (ELEMENT_SOURCES, 0, NULL);
  const gchar *name;
  guint ran = 0;

  fail_unless (dir != NULL);
  while ((name = g_dir_read_name (dir)) != NULL) {
    gchar *path = g_build_filename (ELEMENT_SOURCES, name, NULL), *text = NULL, **lines;

    fail_unless (g_file_get_contents (path, &text, NULL, NULL));
    lines = g_strsplit (text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
      if (pipeline_of (lines[i]) != NULL) {
        gchar *failure = run_line (pipeline_of (lines[i]));

        fail_unless (failure == NULL, "%s:%u: %s", name, i + 1, failure);
        ran++;
      }
    g_strfreev (lines);
    g_free (text);
    g_free (path);
  }
  g_dir_close (dir);
  fail_unless (ran >= 5, "%u examples", ran);
}
GST_END_TEST;

/* All ways through the states, twice each, alone and with its neighbours. */
GST_START_TEST (states_change_in_any_order)
{
  static const GstState steps[][4] = {
    { GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_PLAYING, GST_STATE_NULL },
    { GST_STATE_PLAYING, GST_STATE_PAUSED, GST_STATE_READY, GST_STATE_NULL },
    { GST_STATE_PAUSED, GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_NULL },
    { GST_STATE_PLAYING, GST_STATE_READY, GST_STATE_PLAYING, GST_STATE_NULL },
    { GST_STATE_READY, GST_STATE_NULL, GST_STATE_PAUSED, GST_STATE_NULL },
    { GST_STATE_PAUSED, GST_STATE_PLAYING, GST_STATE_PAUSED, GST_STATE_NULL },
  };
  GList *list = factories ();

  for (GList *l = list; l != NULL; l = l->next) {
    gchar *line = g_strdup_printf ("audiotestsrc wave=white-noise ! %s ! fakesink sync=true",
                                   GST_OBJECT_NAME (l->data));
    GstElement *pipeline = gst_parse_launch (line, NULL);
    GstElement *alone = gst_element_factory_create (GST_ELEMENT_FACTORY (l->data), NULL);

    for (guint i = 0; i < 2 * G_N_ELEMENTS (steps); i++)
      for (guint k = 0; k < 4; k++) {
        GstState state = steps[i % G_N_ELEMENTS (steps)][k];

        fail_unless (gst_element_set_state (alone, state) == GST_STATE_CHANGE_SUCCESS);
        fail_unless (gst_element_set_state (pipeline, state) != GST_STATE_CHANGE_FAILURE);
        fail_unless (gst_element_get_state (pipeline, NULL, NULL, 20 * GST_SECOND) ==
                     GST_STATE_CHANGE_SUCCESS);
      }
    gst_object_unref (alone);
    gst_object_unref (pipeline);
    g_free (line);
  }
  gst_plugin_feature_list_free (list);
}
GST_END_TEST;

GST_START_TEST (planted_bad_lines_are_caught)
{
  static const gchar *lines[] = {
    "audiotestsrc num-buffers=2 ! truepeaklimit celing=-1 ! fakesink",
    "audiotestsrc num-buffers=2 ! audio/x-raw,format=S16LE ! truepeaklimit ! fakesink",
    "audiotestsrc num-buffers=2 ! audio/x-raw,rate=4000 ! audioconvert ! truepeaklimit ! fakesink",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    gchar *failure = run_line (lines[i]);

    fail_unless (failure != NULL, "%s", lines[i]);
    g_free (failure);
  }
}
GST_END_TEST;

/* gst-launch under the leaks tracer, whose warnings are fatal. */
static gint
run_traced (const gchar *pipeline, gchar **text)
{
  gchar **env = g_get_environ (), *command = g_strconcat ("gst-launch-1.0 -m ", pipeline, NULL);
  gint status;

  env = g_environ_setenv (env, "GST_TRACERS", "leaks", TRUE);
  env = g_environ_setenv (env, "G_DEBUG", "fatal-warnings", TRUE);
  status = run_command (command, env, text);
  g_strfreev (env);
  g_free (command);
  return status;
}

GST_START_TEST (nothing_leaks)
{
  static const gchar *lines[] = {
    "audiotestsrc num-buffers=100 wave=white-noise volume=1 ! loudnorm mode=linear "
    "measured-loudness=-20 ! "
    "truepeaklimit bypass=true ! loudnessmeter tags=true engine=libebur128 ! fakesink",
    "audiotestsrc num-buffers=100 ! loudnorm ! fakesink",
    /* no child::property here: gst_parse of 1.22 keeps a reference to the child */
    "audiotestsrc num-buffers=100 ! mastereq phase=linear monitor=difference ! fakesink",
    "audiotestsrc num-buffers=100 ! masterdyn num-bands=4 clip=1 lookahead=1 ! fakesink",
    "audiotestsrc num-buffers=100 ! audio/x-raw,channels=2 ! masterstereo widen=1 width-low=0 ! "
    "fakesink",
    "audiotestsrc num-buffers=100 ! truepeaklimit post-messages=false monitor=difference ! "
    "loudnessmeter post-messages=false ! fakesink",
  };
  gchar *text;

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    fail_unless (run_traced (lines[i], &text) == 0, "%.2000s", text);
    g_free (text);
  }
}
GST_END_TEST;

/* This very program, started with LEAK set, loses an element. */
GST_START_TEST (planted_leak_is_caught)
{
  gchar *path = g_file_read_link ("/proc/self/exe", NULL), *text;
  gchar *self = g_shell_quote (path);
  gchar **env = g_get_environ ();

  env = g_environ_setenv (env, "GST_TRACERS", "leaks", TRUE);
  env = g_environ_setenv (env, "G_DEBUG", "fatal-warnings", TRUE);
  env = g_environ_setenv (env, "LEAK", "0", TRUE);
  fail_unless_equals_int (run_command (self, env, &text), 0);
  g_free (text);
  env = g_environ_setenv (env, "LEAK", "1", TRUE);
  fail_unless (run_command (self, env, &text) != 0);
  g_free (text);
  g_strfreev (env);
  g_free (self);
  g_free (path);
}
GST_END_TEST;

static int
leak_or_not (gboolean leak)
{
  GstElement *element = gst_element_factory_make ("truepeaklimit", NULL);

  if (element == NULL)
    return 0; /* then the run that must fail does not */
  if (!leak)
    gst_object_unref (element);
  gst_deinit ();
  return 0;
}

static Suite *
plugin_suite (void)
{
  Suite *s = suite_create ("plugin");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 170);
  tcase_add_test (tc, elements_are_registered_as_documented);
  tcase_add_test (tc, examples_of_the_documentation_run);
  tcase_add_test (tc, planted_bad_lines_are_caught);
  tcase_add_test (tc, states_change_in_any_order);
  if (!INSTRUMENTED) {
    tcase_add_test (tc, gst_inspect_shows_every_element);
    tcase_add_test (tc, nothing_leaks);
  }
  tcase_add_test (tc, planted_leak_is_caught);
  return s;
}

int
main (int argc, char **argv)
{
  Suite *s;

  if (g_getenv ("LEAK") != NULL) {
    gst_init (&argc, &argv);
    return leak_or_not (g_getenv ("LEAK")[0] == '1');
  }
  gst_check_init (&argc, &argv);
  s = plugin_suite ();
  return gst_check_run_suite (s, "plugin", __FILE__);
}

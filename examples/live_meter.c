/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Plays a file or a URI through masterchain, draws a meter in the terminal from the messages on the
 * bus, and changes the chain while it plays.
 *
 *   live_meter FILE|URI [SINK]
 *
 * SINK is a gst-launch description (default: autoaudiosink). Keys:
 *   u d  loudness target 1 LU up, down      c C  ceiling 0.5 dB down, up
 *   b    bypass on, off (the same delay)    space  pause, go on      q  quit
 *
 * Build: cc live_meter.c -o live_meter $(pkg-config --cflags --libs gstreamer-1.0)
 */
#include <gst/gst.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define METER_FROM  (-40.0) /* LUFS at the left end of the bar */
#define METER_WIDTH 40

typedef struct {
  GMainLoop *loop;
  GstElement *playbin, *chain;
  gboolean terminal; /* else one line per reading */
  gdouble gain, reduction;
  gboolean failed;
} App;

static void
draw (App *app, const GstStructure *s)
{
  gdouble m = METER_FROM, i = METER_FROM, peak = METER_FROM;
  gchar bar[METER_WIDTH + 1];
  gint n;

  gst_structure_get_double (s, "momentary-loudness", &m);
  gst_structure_get_double (s, "global-loudness", &i);
  gst_structure_get_double (s, "true-peak-db", &peak);
  n = (gint) CLAMP ((m - METER_FROM) / -METER_FROM * METER_WIDTH, 0, METER_WIDTH);
  memset (bar, ' ', METER_WIDTH);
  memset (bar, '#', n);
  bar[METER_WIDTH] = '\0';
  g_print ("%s[%s] M %6.1f  I %6.1f LUFS  peak %5.1f dBTP  gain %+5.1f  limiter %4.1f dB%s",
           app->terminal ? "\r" : "", bar, m, i, peak, app->gain, app->reduction,
           app->terminal ? "\033[K" : "\n");
}

/* The messages of the children carry the name of their element and come from the child itself. */
static void
on_element_message (App *app, const GstStructure *s)
{
  if (gst_structure_has_name (s, "loudnorm")) {
    gst_structure_get_double (s, "gain", &app->gain);
    /* its own limiter; the one behind it has nothing left to do at the same ceiling */
    gst_structure_get_double (s, "gain-reduction-max", &app->reduction);
  }
  if (gst_structure_has_name (s, "loudnessmeter"))
    draw (app, s);
}

static void
show_error (App *app, GstMessage *message)
{
  GError *error = NULL;

  gst_message_parse_error (message, &error, NULL);
  g_printerr ("\nlive_meter: %s\n", error->message);
  g_error_free (error);
  app->failed = TRUE;
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  App *app = user_data;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      on_element_message (app, gst_message_get_structure (message));
      break;
    case GST_MESSAGE_LATENCY: /* a stage has another look-ahead now */
      gst_bin_recalculate_latency (GST_BIN (app->playbin));
      break;
    case GST_MESSAGE_ERROR:
      show_error (app, message);
      g_main_loop_quit (app->loop);
      break;
    case GST_MESSAGE_EOS:
      g_main_loop_quit (app->loop);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* Properties may be set from any thread while it plays; the elements ramp to the new value. */
static void
add_to (App *app, const gchar *property, gdouble step, gdouble low, gdouble high)
{
  gdouble value;

  g_object_get (app->chain, property, &value, NULL);
  value = CLAMP (value + step, low, high);
  g_object_set (app->chain, property, value, NULL);
  g_print ("\n%s %.1f\n", property, value);
}

static void
toggle_bypass (App *app)
{
  gboolean bypass;

  g_object_get (app->chain, "bypass", &bypass, NULL);
  g_object_set (app->chain, "bypass", !bypass, NULL);
  g_print ("\nbypass %s\n", bypass ? "off" : "on");
}

static void
toggle_pause (App *app)
{
  gboolean playing = GST_STATE (app->playbin) == GST_STATE_PLAYING;

  gst_element_set_state (app->playbin, playing ? GST_STATE_PAUSED : GST_STATE_PLAYING);
}

static gboolean
on_key (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
  App *app = user_data;
  gchar key;

  if (read (STDIN_FILENO, &key, 1) != 1)
    return G_SOURCE_REMOVE; /* no more keys; it plays on */
  switch (key) {
    case 'u':
      add_to (app, "loudness-target", 1.0, -30.0, -6.0);
      break;
    case 'd':
      add_to (app, "loudness-target", -1.0, -30.0, -6.0);
      break;
    case 'c':
      add_to (app, "ceiling", -0.5, -12.0, 0.0);
      break;
    case 'C':
      add_to (app, "ceiling", 0.5, -12.0, 0.0);
      break;
    case 'b':
      toggle_bypass (app);
      break;
    case ' ':
      toggle_pause (app);
      break;
    case 'q':
      g_main_loop_quit (app->loop);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* Keys without Enter; gives back how the terminal was. */
static struct termios
raw_keys (void)
{
  struct termios before, raw;

  memset (&before, 0, sizeof before);
  if (tcgetattr (STDIN_FILENO, &before) == 0) {
    raw = before;
    raw.c_lflag &= ~(tcflag_t) (ICANON | ECHO);
    tcsetattr (STDIN_FILENO, TCSANOW, &raw);
  }
  return before;
}

static gboolean
build (App *app, const gchar *what, const gchar *sink_line)
{
  gchar *uri = gst_uri_is_valid (what) ? g_strdup (what) : gst_filename_to_uri (what, NULL);
  GError *error = NULL;
  GstElement *sink = gst_parse_bin_from_description (sink_line, TRUE, &error);

  app->playbin = gst_element_factory_make ("playbin", NULL);
  app->chain = gst_element_factory_make ("masterchain", NULL);
  if (!uri || !sink || !app->playbin || !app->chain) {
    g_printerr ("live_meter: %s\n", error         ? error->message
                                    : !app->chain ? "masterchain is not there: set GST_PLUGIN_PATH"
                                                  : "cannot build the player");
    return FALSE;
  }
  g_object_set (app->playbin, "uri", uri, "audio-filter", app->chain, "audio-sink", sink,
                "video-sink", gst_element_factory_make ("fakesink", NULL), NULL);
  g_free (uri);
  return TRUE;
}

int
main (int argc, char **argv)
{
  App app = { NULL };
  struct termios before;
  GIOChannel *keys;
  GstBus *bus;

  gst_init (&argc, &argv);
  if (argc < 2) {
    g_printerr ("Usage: live_meter FILE|URI [SINK]\n");
    return 2;
  }
  app.loop = g_main_loop_new (NULL, FALSE);
  app.terminal = isatty (STDOUT_FILENO);
  if (!build (&app, argv[1], argc > 2 ? argv[2] : "autoaudiosink"))
    return 2;

  bus = gst_element_get_bus (app.playbin);
  gst_bus_add_watch (bus, on_message, &app);
  keys = g_io_channel_unix_new (STDIN_FILENO);
  g_io_add_watch (keys, G_IO_IN | G_IO_HUP, on_key, &app);
  before = raw_keys ();

  gst_element_set_state (app.playbin, GST_STATE_PLAYING);
  g_main_loop_run (app.loop);
  gst_element_set_state (app.playbin, GST_STATE_NULL);

  if (isatty (STDIN_FILENO))
    tcsetattr (STDIN_FILENO, TCSANOW, &before);
  g_print ("\n");
  g_io_channel_unref (keys);
  gst_bus_remove_watch (bus);
  gst_object_unref (bus);
  gst_object_unref (app.playbin);
  g_main_loop_unref (app.loop);
  return app.failed ? 1 : 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
/**
 * SECTION:element-masterchain
 * @title: masterchain
 *
 * The whole mastering chain as one element: its stages in the order in which the audio goes through
 * them, then a loudnessmeter called `meter`. Every stage is an element of this plugin that can be
 * reached by its name, as `norm::loudness-target` or `limit::ceiling`; gst-inspect-1.0 lists them
 * under Children.
 *
 * `profile` names a platform (gst-master-1.0 profiles lists them) and sets the loudness target and
 * the ceiling; `loudness-target` and `ceiling` set them one by one. `settings` replays what
 * gst-master-1.0 decided for a song, bit for bit: give it the audio of that song at the rate of the
 * master, as F32 and without dither (behind `audioresample quality=10` when the rate changes).
 * A ceiling that changes along the song (`[curves]` in the file) follows the stream time, until
 * `ceiling`, a profile or other settings are set; while it is there `limit::ceiling` is its own.
 * Sound of another rate or with other channels than the master's is warned of once. `settings=""`
 * takes a replay back: every stage at its defaults. Properties are applied in the order in which
 * they are set.
 *
 * A preset holds what the stages do and which of them are bypassed; the chain's own `bypass`,
 * `post-messages` and `interval` stay as they are.
 *
 * It can be the `audio-filter` of playbin. A profile or a settings file that cannot be used is an
 * error of the state change to READY. While sound flows (from PAUSED on) a wrong profile is a
 * warning and the old one stays, and so are settings, right or wrong: they count from READY on.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 audiotestsrc wave=pink-noise num-buffers=200 ! audioconvert ! masterchain profile=apple limit::link=1 ! fakesink
 * ]| Under Apple's ceiling, the limiter's channels linked.
 * |[
 * gst-launch-1.0 -m audiotestsrc wave=pink-noise num-buffers=200 ! audioconvert ! masterchain loudness-target=-16 ceiling=-2 ! audioconvert dithering-threshold=24 ! audio/x-raw,format=S24LE ! fakesink
 * ]| Own numbers; -m shows the messages of the stages, one dither at the end.
 *
 * ## Messages
 * Those of its children, each under its own name and with the child as its source.
 *
 * Since: 0.1
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstmasterchain.h"

#include "gstmasterbase.h"
#include "gstmasterchainlimits.h"
#include "gstmasterelements.h"

#include "settings_curve.h"
#include "settings_file.h"
#include "stages.h"

#include <string.h>

GST_DEBUG_CATEGORY (masterchain_debug);
#define GST_CAT_DEFAULT masterchain_debug

#define METER_NAME    "meter"
#define METER_FACTORY "loudnessmeter"

#define DEFAULT_QUEUE         FALSE
#define DEFAULT_BYPASS        FALSE
#define DEFAULT_POST_MESSAGES TRUE
#define DEFAULT_INTERVAL      (100 * GST_MSECOND)
#define DEFAULT_TARGET        -14.0
#define DEFAULT_CEILING       -1.0

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_MASTER_CAPS));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_MASTER_CAPS));

enum {
  PROP_0,
  PROP_PROFILE,
  PROP_TARGET,
  PROP_CEILING,
  PROP_SETTINGS,
  PROP_QUEUE,
  PROP_BYPASS,
  PROP_POST_MESSAGES,
  PROP_INTERVAL
};

G_DEFINE_TYPE_WITH_CODE (GstMasterChain, gst_master_chain, GST_TYPE_BIN,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, gst_master_chain_preset_init));
GST_ELEMENT_REGISTER_DEFINE (masterchain, "masterchain", GST_RANK_NONE, GST_TYPE_MASTER_CHAIN);

GstElement *
gst_master_chain_child (GstMasterChain *self, const gchar *name)
{
  for (guint i = 0; i < self->n_children; i++)
    if (g_str_equal (GST_OBJECT_NAME (self->children[i]), name))
      return self->children[i];
  return NULL;
}

static void
set_child_double (GstMasterChain *self, const gchar *child, const gchar *property, gdouble value)
{
  GstElement *element = gst_master_chain_child (self, child);

  if (element != NULL)
    g_object_set (element, property, value, NULL);
}

static gdouble
get_child_double (GstMasterChain *self, const gchar *child, const gchar *property)
{
  GstElement *element = gst_master_chain_child (self, child);
  gdouble value = 0.0;

  if (element != NULL)
    g_object_get (element, property, &value, NULL);
  return value;
}

void
gst_master_chain_set_target (GstMasterChain *self, gdouble lufs)
{
  set_child_double (self, SETTINGS_NORM, "loudness-target", lufs);
}

/* One ceiling for both limiters, so that the second one has nothing to do; one that changed along a
 * song is over. */
void
gst_master_chain_set_ceiling (GstMasterChain *self, gdouble dbtp)
{
  GstElement *limit = gst_master_chain_child (self, SETTINGS_LIMIT);

  if (limit != NULL)
    settings_unbind_curves (limit);
  set_child_double (self, SETTINGS_NORM, "max-true-peak", dbtp);
  set_child_double (self, SETTINGS_LIMIT, "ceiling", dbtp);
}

/* While the chain is bypassed, what the child is to have afterwards. */
void
gst_master_chain_set_child_bypass (GstMasterChain *self, guint index, gboolean bypass)
{
  gboolean overridden;

  GST_OBJECT_LOCK (self);
  self->before_bypass[index] = bypass;
  overridden = self->bypass;
  GST_OBJECT_UNLOCK (self);
  if (!overridden)
    g_object_set (self->children[index], "bypass", bypass, NULL);
}

gboolean
gst_master_chain_child_bypass (GstMasterChain *self, guint index)
{
  gboolean bypass, overridden, before;

  g_object_get (self->children[index], "bypass", &bypass, NULL);
  GST_OBJECT_LOCK (self);
  overridden = self->bypass;
  before = self->before_bypass[index];
  GST_OBJECT_UNLOCK (self);
  return overridden ? before : bypass;
}

static void
set_bypass (GstMasterChain *self, gboolean bypass)
{
  gboolean own[GST_MASTER_CHAIN_MAX_CHILDREN], changed;

  for (guint i = 0; i < self->n_children; i++)
    own[i] = gst_master_chain_child_bypass (self, i);
  GST_OBJECT_LOCK (self);
  changed = self->bypass != bypass;
  self->bypass = bypass;
  memcpy (self->before_bypass, own, self->n_children * sizeof own[0]);
  GST_OBJECT_UNLOCK (self);
  /* Not the last one: the meter measures what goes out. */
  for (guint i = 0; changed && i + 1 < self->n_children; i++)
    g_object_set (self->children[i], "bypass", bypass || own[i], NULL);
}

static void
set_on_all (GstMasterChain *self, const gchar *property, const GValue *value)
{
  for (guint i = 0; i < self->n_children; i++)
    g_object_set_property (G_OBJECT (self->children[i]), property, value);
}

static void
gst_master_chain_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstMasterChain *self = GST_MASTER_CHAIN (object);

  switch (id) {
    case PROP_PROFILE:
      gst_master_chain_take_profile (self, g_value_get_string (value));
      break;
    case PROP_SETTINGS:
      gst_master_chain_take_settings (self, g_value_get_string (value));
      break;
    case PROP_TARGET:
      gst_master_chain_set_target (self, g_value_get_double (value));
      break;
    case PROP_CEILING:
      gst_master_chain_set_ceiling (self, g_value_get_double (value));
      break;
    case PROP_QUEUE:
      GST_OBJECT_LOCK (self);
      self->want_queue = g_value_get_boolean (value);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_BYPASS:
      set_bypass (self, g_value_get_boolean (value));
      break;
    case PROP_POST_MESSAGES:
      GST_OBJECT_LOCK (self);
      self->post_messages = g_value_get_boolean (value);
      GST_OBJECT_UNLOCK (self);
      set_on_all (self, pspec->name, value);
      break;
    case PROP_INTERVAL:
      GST_OBJECT_LOCK (self);
      self->interval = g_value_get_uint64 (value);
      GST_OBJECT_UNLOCK (self);
      set_on_all (self, pspec->name, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_master_chain_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstMasterChain *self = GST_MASTER_CHAIN (object);

  if (id == PROP_TARGET) {
    g_value_set_double (value, get_child_double (self, SETTINGS_NORM, "loudness-target"));
    return;
  }
  if (id == PROP_CEILING) {
    g_value_set_double (value, get_child_double (self, SETTINGS_LIMIT, "ceiling"));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_PROFILE:
      g_value_set_string (value, self->profile);
      break;
    case PROP_SETTINGS:
      g_value_set_string (value, self->settings);
      break;
    case PROP_QUEUE:
      g_value_set_boolean (value, self->want_queue);
      break;
    case PROP_BYPASS:
      g_value_set_boolean (value, self->bypass);
      break;
    case PROP_POST_MESSAGES:
      g_value_set_boolean (value, self->post_messages);
      break;
    case PROP_INTERVAL:
      g_value_set_uint64 (value, self->interval);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static GstStateChangeReturn
gst_master_chain_change_state (GstElement *element, GstStateChange transition)
{
  GstMasterChain *self = GST_MASTER_CHAIN (element);
  gboolean wanted;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !gst_master_chain_check_loaded (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    GST_OBJECT_LOCK (self);
    wanted = self->want_queue;
    self->told_format = FALSE;
    GST_OBJECT_UNLOCK (self);
    gst_master_chain_arrange_queue (self, wanted);
    gst_master_chain_limits_judge (gst_master_chain_child (self, SETTINGS_NORM),
                                   gst_master_chain_child (self, SETTINGS_LIMIT));
  }
  return GST_ELEMENT_CLASS (gst_master_chain_parent_class)->change_state (element, transition);
}

static void
add_child (GstMasterChain *self, const gchar *name, const gchar *factory)
{
  GstElement *child = gst_element_factory_make (factory, name);

  /* They are in the same plugin; only a broken installation gets here. */
  g_return_if_fail (child != NULL && self->n_children < GST_MASTER_CHAIN_MAX_CHILDREN);
  gst_bin_add (GST_BIN (self), child);
  if (self->n_children > 0)
    gst_element_link (self->children[self->n_children - 1], child);
  self->children[self->n_children++] = child;
}

static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer self)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  gst_event_parse_caps (event, &caps);
  gst_master_chain_check_format (self, caps);
  return GST_PAD_PROBE_OK;
}

static GstPad *
add_ghost (GstMasterChain *self, GstElement *child, const gchar *name)
{
  GstPadTemplate *template =
      gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (self), name);
  GstPad *pad = gst_element_get_static_pad (child, name);

  GstPad *ghost = gst_ghost_pad_new_from_template (name, pad, template);

  gst_element_add_pad (GST_ELEMENT (self), ghost);
  gst_object_unref (pad);
  return ghost;
}

static void
gst_master_chain_init (GstMasterChain *self)
{
  self->want_queue = DEFAULT_QUEUE;
  self->bypass = DEFAULT_BYPASS;
  self->post_messages = DEFAULT_POST_MESSAGES;
  self->interval = DEFAULT_INTERVAL;
  for (const Stage *stage = stages; stage->group != NULL; stage++)
    add_child (self, stage->group, stage->factory);
  add_child (self, METER_NAME, METER_FACTORY);
  if (self->n_children == 0)
    return;
  gst_master_chain_limits_watch (gst_master_chain_child (self, SETTINGS_NORM),
                                 gst_master_chain_child (self, SETTINGS_LIMIT));
  gst_pad_add_probe (add_ghost (self, self->children[0], "sink"),
                     GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self, NULL);
  add_ghost (self, self->children[self->n_children - 1], "src");
}

static void
gst_master_chain_finalize (GObject *object)
{
  GstMasterChain *self = GST_MASTER_CHAIN (object);

  g_free (self->profile);
  g_free (self->settings);
  g_clear_error (&self->profile_error);
  g_clear_error (&self->settings_error);
  G_OBJECT_CLASS (gst_master_chain_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags ready = G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS;
  const GParamFlags playing =
      G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (
      klass, PROP_PROFILE,
      g_param_spec_string (
          "profile", "Profile",
          "A platform whose loudness target and ceiling are taken: spotify, apple, "
          "youtube ... (gst-master-1.0 profiles lists them)",
          NULL, playing));
  g_object_class_install_property (
      klass, PROP_TARGET,
      g_param_spec_double ("loudness-target", "Loudness target (LUFS)",
                           "Integrated loudness to reach, in LUFS; the same as "
                           "norm::loudness-target",
                           -70.0, 10.0, DEFAULT_TARGET, playing));
  g_object_class_install_property (
      klass, PROP_CEILING,
      g_param_spec_double ("ceiling", "Ceiling (dBTP)",
                           "True-peak ceiling, in dBTP; sets norm::max-true-peak and "
                           "limit::ceiling",
                           -24.0, 0.0, DEFAULT_CEILING, playing));
  g_object_class_install_property (
      klass, PROP_SETTINGS,
      g_param_spec_string ("settings", "Settings",
                           "A settings file of gst-master-1.0 master --save-settings to replay; "
                           "stages without a group in it are bypassed",
                           NULL, ready));
  g_object_class_install_property (
      klass, PROP_QUEUE,
      g_param_spec_boolean ("queue", "Queue",
                            "Run the limiter and the meter on a thread of their own: faster on "
                            "more than one core, the same bits",
                            DEFAULT_QUEUE, ready));
  g_object_class_install_property (
      klass, PROP_BYPASS,
      g_param_spec_boolean ("bypass", "Bypass",
                            "Pass the input on, as late as the processed signal would be; a change "
                            "is faded",
                            DEFAULT_BYPASS, playing));
  g_object_class_install_property (klass, PROP_POST_MESSAGES,
                                   g_param_spec_boolean ("post-messages", "Post messages",
                                                         "Have every child post its messages",
                                                         DEFAULT_POST_MESSAGES, playing));
  g_object_class_install_property (
      klass, PROP_INTERVAL,
      g_param_spec_uint64 ("interval", "Interval (ns)",
                           "Stream time between messages of the children, in nanoseconds",
                           GST_MSECOND, 3600 * GST_SECOND, DEFAULT_INTERVAL, playing));
}

static void
gst_master_chain_class_init (GstMasterChainClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (masterchain_debug, "masterchain", 0, "the whole mastering chain");
  object_class->set_property = gst_master_chain_set_property;
  object_class->get_property = gst_master_chain_get_property;
  object_class->finalize = gst_master_chain_finalize;
  element_class->change_state = gst_master_chain_change_state;
  install_properties (object_class);
  gst_element_class_set_static_metadata (
      element_class, "Mastering Chain", "Filter/Effect/Audio",
      "Masters a programme: tone, dynamics, stereo, loudness, true peaks, and a meter",
      "The gst-mastering authors");
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
}

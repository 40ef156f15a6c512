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
 * Properties are applied in the order in which they are set.
 *
 * It can be the `audio-filter` of playbin. A profile or a settings file that cannot be used is an
 * error of the state change to READY.
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

#include "gstmasterbase.h"
#include "gstmasterchainlimits.h"
#include "gstmasterelements.h"

#include "profile.h"
#include "settings_curve.h"
#include "settings_file.h"
#include "stages.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (masterchain_debug);
#define GST_CAT_DEFAULT masterchain_debug

#define METER_NAME    "meter"
#define METER_FACTORY "loudnessmeter"
#define MAX_CHILDREN  16

/* The second thread takes over here (see `queue`). */
#define QUEUE_BEFORE SETTINGS_LIMIT

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

#define GST_TYPE_MASTER_CHAIN (gst_master_chain_get_type ())
G_DECLARE_FINAL_TYPE (GstMasterChain, gst_master_chain, GST, MASTER_CHAIN, GstBin)

struct _GstMasterChain {
  GstBin parent;

  /* In the order of the audio, the meter last; fixed after init. Owned by the bin. */
  GstElement *children[MAX_CHILDREN];
  guint n_children;

  /* Guarded by the object lock. */
  gchar *profile, *settings;
  GError *profile_error, *settings_error; /* told at the next state change */
  gboolean want_queue, bypass, post_messages;
  guint64 interval;
  gboolean before_bypass[MAX_CHILDREN]; /* of the children, while `bypass` overrides them */

  GstElement *queue; /* state changes only */
};

static void gst_master_chain_preset_init (GstPresetInterface *iface);
G_DEFINE_TYPE_WITH_CODE (GstMasterChain, gst_master_chain, GST_TYPE_BIN,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, gst_master_chain_preset_init));
GST_ELEMENT_REGISTER_DEFINE (masterchain, "masterchain", GST_RANK_NONE, GST_TYPE_MASTER_CHAIN);

static GstElement *
child_named (GstMasterChain *self, const gchar *name)
{
  for (guint i = 0; i < self->n_children; i++)
    if (g_str_equal (GST_OBJECT_NAME (self->children[i]), name))
      return self->children[i];
  return NULL;
}

static void
set_child_double (GstMasterChain *self, const gchar *child, const gchar *property, gdouble value)
{
  GstElement *element = child_named (self, child);

  if (element != NULL)
    g_object_set (element, property, value, NULL);
}

static gdouble
get_child_double (GstMasterChain *self, const gchar *child, const gchar *property)
{
  GstElement *element = child_named (self, child);
  gdouble value = 0.0;

  if (element != NULL)
    g_object_get (element, property, &value, NULL);
  return value;
}

static void
set_target (GstMasterChain *self, gdouble lufs)
{
  set_child_double (self, SETTINGS_NORM, "loudness-target", lufs);
}

/* One ceiling for both limiters, so that the second one has nothing to do; one that changed along a
 * song is over. */
static void
set_ceiling (GstMasterChain *self, gdouble dbtp)
{
  GstElement *limit = child_named (self, SETTINGS_LIMIT);

  if (limit != NULL)
    settings_unbind_curves (limit);
  set_child_double (self, SETTINGS_NORM, "max-true-peak", dbtp);
  set_child_double (self, SETTINGS_LIMIT, "ceiling", dbtp);
}

/* While the chain is bypassed, what the child is to have afterwards. */
static void
set_child_bypass (GstMasterChain *self, guint i, gboolean bypass)
{
  gboolean overridden;

  GST_OBJECT_LOCK (self);
  self->before_bypass[i] = bypass;
  overridden = self->bypass;
  GST_OBJECT_UNLOCK (self);
  if (!overridden)
    g_object_set (self->children[i], "bypass", bypass, NULL);
}

static void
set_bypass (GstMasterChain *self, gboolean bypass)
{
  gboolean changed;

  GST_OBJECT_LOCK (self);
  changed = self->bypass != bypass;
  self->bypass = bypass;
  GST_OBJECT_UNLOCK (self);
  /* Not the last one: the meter measures what goes out. */
  for (guint i = 0; changed && i + 1 < self->n_children; i++) {
    if (bypass)
      g_object_get (self->children[i], "bypass", &self->before_bypass[i], NULL);
    g_object_set (self->children[i], "bypass", bypass || self->before_bypass[i], NULL);
  }
}

static gboolean
load_profile (GstMasterChain *self, const gchar *id, GError **error)
{
  g_autoptr (Profile) profile = profile_load (id, PROFILE_PLATFORM, error);

  if (profile == NULL)
    return FALSE;
  set_target (self, profile_number (profile, "loudness-target"));
  set_ceiling (self, profile_number (profile, "ceiling"));
  return TRUE;
}

/* As the tool builds its chain: every stage that has a group, fresh from its defaults; the others
 * are not there, which here is a bypass. */
static gboolean
load_settings (GstMasterChain *self, const gchar *path, GError **error)
{
  g_autoptr (GKeyFile) settings = settings_load (path, error);

  if (settings == NULL)
    return FALSE;
  for (const Stage *stage = stages; stage->group != NULL; stage++)
    for (guint i = 0; i < self->n_children; i++) {
      GstElement *child = self->children[i];

      if (!g_str_equal (GST_OBJECT_NAME (child), stage->group))
        continue;
      settings_reset_element (child);
      set_child_bypass (self, i, !settings_has_stage (settings, stage->group));
      if (!settings_apply (settings, stage->group, child, error))
        return FALSE;
    }
  return TRUE;
}

/* FALSE: what was set cannot be used, and the reason is posted. */
static gboolean
check_loaded (GstMasterChain *self)
{
  GError *profile, *settings;
  gchar *path;

  GST_OBJECT_LOCK (self);
  profile = self->profile_error != NULL ? g_error_copy (self->profile_error) : NULL;
  settings = self->settings_error != NULL ? g_error_copy (self->settings_error) : NULL;
  path = g_strdup (self->settings);
  GST_OBJECT_UNLOCK (self);
  if (settings != NULL)
    GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS,
                       ("settings=%s: %s%s Correct the file, or write it again with gst-master-1.0 "
                        "master --save-settings.",
                        path, settings->message,
                        g_str_has_suffix (settings->message, ".") ? "" : "."),
                       (NULL));
  else if (profile != NULL)
    GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS, ("profile: %s", profile->message), (NULL));
  g_free (path);
  if (profile == NULL && settings == NULL)
    return TRUE;
  g_clear_error (&profile);
  g_clear_error (&settings);
  return FALSE;
}

typedef gboolean (*Load) (GstMasterChain *self, const gchar *text, GError **error);

/* Applied at once, so that what is set after it wins; a mistake is told at the latest when the
 * element is to become READY. */
static void
take_text (GstMasterChain *self, gchar **field, GError **problem, Load load, const GValue *value)
{
  gchar *text = g_value_dup_string (value), *old;
  GError *error = NULL;

  if (text != NULL && *text != '\0')
    load (self, text, &error);
  GST_OBJECT_LOCK (self);
  old = *field;
  *field = text;
  g_clear_error (problem);
  *problem = error;
  GST_OBJECT_UNLOCK (self);
  g_free (old);
  if (error != NULL && GST_STATE (self) > GST_STATE_NULL)
    check_loaded (self);
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
      take_text (self, &self->profile, &self->profile_error, load_profile, value);
      break;
    case PROP_SETTINGS:
      take_text (self, &self->settings, &self->settings_error, load_settings, value);
      break;
    case PROP_TARGET:
      set_target (self, g_value_get_double (value));
      break;
    case PROP_CEILING:
      set_ceiling (self, g_value_get_double (value));
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

/* --- presets: what the children have, to any depth (`eq::band0::gain`) --- */

static gboolean
belongs_in_preset (const GParamSpec *pspec)
{
  return (pspec->flags & G_PARAM_READWRITE) == G_PARAM_READWRITE &&
         pspec->owner_type != GST_TYPE_OBJECT && pspec->owner_type != GST_TYPE_BASE_TRANSFORM;
}

static void
add_names (GPtrArray *names, const gchar *prefix, GObject *object)
{
  guint n;
  GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);

  for (guint i = 0; i < n; i++)
    if (belongs_in_preset (specs[i]))
      g_ptr_array_add (names, g_strconcat (prefix, specs[i]->name, NULL));
  g_free (specs);
  if (!GST_IS_CHILD_PROXY (object))
    return;
  for (guint i = 0; i < gst_child_proxy_get_children_count (GST_CHILD_PROXY (object)); i++) {
    GObject *child = gst_child_proxy_get_child_by_index (GST_CHILD_PROXY (object), i);
    gchar *below = g_strconcat (prefix, GST_OBJECT_NAME (child), "::", NULL);

    add_names (names, below, child);
    g_free (below);
    g_object_unref (child);
  }
}

static gchar **
gst_master_chain_get_property_names (GstPreset *preset)
{
  GstMasterChain *self = GST_MASTER_CHAIN (preset);
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < self->n_children; i++) {
    gchar *prefix = g_strconcat (GST_OBJECT_NAME (self->children[i]), "::", NULL);

    add_names (names, prefix, G_OBJECT (self->children[i]));
    g_free (prefix);
  }
  g_ptr_array_add (names, NULL);
  return (gchar **) g_ptr_array_free (names, FALSE);
}

static void
gst_master_chain_preset_init (GstPresetInterface *iface)
{
  iface->get_property_names = gst_master_chain_get_property_names;
}

/* --- the bin --- */

/* Puts the queue where it was asked for, or takes it away; nothing flows. */
static void
arrange_queue (GstMasterChain *self, gboolean wanted)
{
  GstElement *after = child_named (self, QUEUE_BEFORE), *before = NULL;

  for (guint i = 1; i < self->n_children; i++)
    if (self->children[i] == after)
      before = self->children[i - 1];
  if (before == NULL || wanted == (self->queue != NULL))
    return;
  if (wanted) {
    self->queue = gst_element_factory_make ("queue", "queue");
    if (self->queue == NULL)
      return; /* only slower */
    g_object_set (self->queue, "max-size-time", (guint64) 0, "max-size-buffers", 0,
                  "max-size-bytes", 4 << 20, "silent", TRUE, NULL);
    gst_bin_add (GST_BIN (self), self->queue);
    gst_element_unlink (before, after);
    gst_element_link_many (before, self->queue, after, NULL);
  } else {
    gst_bin_remove (GST_BIN (self), self->queue); /* which unlinks it */
    self->queue = NULL;
    gst_element_link (before, after);
  }
}

static GstStateChangeReturn
gst_master_chain_change_state (GstElement *element, GstStateChange transition)
{
  GstMasterChain *self = GST_MASTER_CHAIN (element);
  gboolean wanted;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !check_loaded (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    GST_OBJECT_LOCK (self);
    wanted = self->want_queue;
    GST_OBJECT_UNLOCK (self);
    arrange_queue (self, wanted);
    gst_master_chain_limits_judge (child_named (self, SETTINGS_NORM),
                                   child_named (self, SETTINGS_LIMIT));
  }
  return GST_ELEMENT_CLASS (gst_master_chain_parent_class)->change_state (element, transition);
}

static void
add_child (GstMasterChain *self, const gchar *name, const gchar *factory)
{
  GstElement *child = gst_element_factory_make (factory, name);

  /* They are in the same plugin; only a broken installation gets here. */
  g_return_if_fail (child != NULL && self->n_children < MAX_CHILDREN);
  gst_bin_add (GST_BIN (self), child);
  if (self->n_children > 0)
    gst_element_link (self->children[self->n_children - 1], child);
  self->children[self->n_children++] = child;
}

static void
add_ghost (GstMasterChain *self, GstElement *child, const gchar *name)
{
  GstPadTemplate *template =
      gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (self), name);
  GstPad *pad = gst_element_get_static_pad (child, name);

  gst_element_add_pad (GST_ELEMENT (self), gst_ghost_pad_new_from_template (name, pad, template));
  gst_object_unref (pad);
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
  gst_master_chain_limits_watch (child_named (self, SETTINGS_NORM),
                                 child_named (self, SETTINGS_LIMIT));
  add_ghost (self, self->children[0], "sink");
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

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstmasterbase-private.h"

GST_DEBUG_CATEGORY (gst_master_base_debug);
#define GST_CAT_DEFAULT gst_master_base_debug

#define DEFAULT_BYPASS        FALSE
#define DEFAULT_POST_MESSAGES TRUE
#define DEFAULT_INTERVAL      (100 * GST_MSECOND)

enum { PROP_0, PROP_BYPASS, PROP_POST_MESSAGES, PROP_INTERVAL };

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstMasterBase, gst_master_base, GST_TYPE_AUDIO_FILTER,
                                  G_ADD_PRIVATE (GstMasterBase)
                                      GST_DEBUG_CATEGORY_INIT (gst_master_base_debug, "masterbase",
                                                               0, "mastering base class"))

GType
gst_master_monitor_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MDSP_MONITOR_OUTPUT, "The processed signal", "output" },
    { MDSP_MONITOR_DIFFERENCE, "What the element takes away: input minus output", "difference" },
    { 0, NULL, NULL }
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstMasterMonitor", values));
  return (GType) type;
}

GstMasterBasePrivate *
gst_master_base_priv (GstMasterBase *self)
{
  return gst_master_base_get_instance_private (self);
}

void
gst_master_base_settings_changed (GstMasterBase *self)
{
  g_atomic_int_inc (&gst_master_base_priv (self)->serial);
}

const MdspKernels *
gst_master_base_kernels (GstMasterBase *self)
{
  return gst_master_base_priv (self)->kernels;
}

gboolean
gst_master_base_bypassed (GstMasterBase *self)
{
  return gst_master_base_priv (self)->bypassed;
}

guint64
gst_master_base_nan_count (GstMasterBase *self)
{
  return gst_master_base_priv (self)->nan_count;
}

void
gst_master_base_set_monitor (GstMasterBase *self, MdspMonitor monitor)
{
  GST_OBJECT_LOCK (self);
  gst_master_base_priv (self)->monitor = monitor;
  GST_OBJECT_UNLOCK (self);
  gst_master_base_settings_changed (self);
}

MdspMonitor
gst_master_base_get_monitor (GstMasterBase *self)
{
  MdspMonitor monitor;

  GST_OBJECT_LOCK (self);
  monitor = gst_master_base_priv (self)->monitor;
  GST_OBJECT_UNLOCK (self);
  return monitor;
}

GParamSpec *
gst_master_base_monitor_pspec (void)
{
  return g_param_spec_enum ("monitor", "Monitor", "What to listen to", GST_TYPE_MASTER_MONITOR,
                            MDSP_MONITOR_OUTPUT,
                            G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS);
}

static void
gst_master_base_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstMasterBase *self = GST_MASTER_BASE (object);
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_BYPASS:
      p->bypass = g_value_get_boolean (value);
      break;
    case PROP_POST_MESSAGES:
      p->post_messages = g_value_get_boolean (value);
      break;
    case PROP_INTERVAL:
      p->interval = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
  gst_master_base_settings_changed (self);
}

static void
gst_master_base_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstMasterBase *self = GST_MASTER_BASE (object);
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_BYPASS:
      g_value_set_boolean (value, p->bypass);
      break;
    case PROP_POST_MESSAGES:
      g_value_set_boolean (value, p->post_messages);
      break;
    case PROP_INTERVAL:
      g_value_set_uint64 (value, p->interval);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
release_format (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  GST_MASTER_BASE_GET_CLASS (self)->clear (self);
  mdsp_bypass_clear (&p->around);
  g_clear_pointer (&p->plane_memory, g_free);
  g_clear_pointer (&p->bypass_noted, g_free);
  p->configured = FALSE;
  gst_master_base_ready_forget (self);
}

/* The planes of one block; vector kernels may read and write a little behind each. */
static void
allocate_planes (GstMasterBase *self, guint channels)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  const gsize stride = MDSP_MAX_BLOCK + MDSP_PAD;

  p->plane_memory = g_new0 (float, channels *stride);
  for (guint c = 0; c < channels; c++)
    p->planes[c] = p->plane_memory + c * stride;
}

static void
publish_latency (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstClockTime latency =
      gst_util_uint64_scale_round (p->delay, GST_SECOND, GST_AUDIO_INFO_RATE (&p->info));
  gboolean changed;

  GST_OBJECT_LOCK (self);
  changed = latency != p->own_latency;
  p->own_latency = latency;
  GST_OBJECT_UNLOCK (self);
  if (changed)
    gst_element_post_message (GST_ELEMENT (self), gst_message_new_latency (GST_OBJECT (self)));
}

/* New caps: what the old format left in the delay goes out first, under the old caps, which the
 * source pad still has at this point. */
static gboolean
gst_master_base_setup (GstAudioFilter *filter, const GstAudioInfo *info)
{
  GstMasterBase *self = GST_MASTER_BASE (filter);
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);
  MdspStatus status;

  gst_master_base_drain (self, TRUE);
  release_format (self);
  p->info = *info;
  if (!klass->configure (self, info))
    return FALSE;
  gst_master_base_ready_note (self);
  p->delay = klass->latency != NULL ? klass->latency (self) : 0;
  p->dry_delay = klass->dry_latency != NULL ? klass->dry_latency (self) : 0;
  status = mdsp_bypass_init (&p->around, GST_AUDIO_INFO_RATE (info),
                             klass->analyzer ? 1 : GST_AUDIO_INFO_CHANNELS (info),
                             p->delay - p->dry_delay);
  if (status != MDSP_OK) {
    GST_ELEMENT_ERROR (self, RESOURCE, NO_SPACE_LEFT, (NULL), ("%s", mdsp_status_text (status)));
    return FALSE;
  }
  allocate_planes (self, GST_AUDIO_INFO_CHANNELS (info));
  p->bypass_curve = FALSE;
  p->n_bypass_noted = p->delay / MDSP_GRID + 2;
  p->bypass_noted = g_new0 (guint8, p->n_bypass_noted);
  gst_master_base_hold_setup (self);
  p->configured = TRUE;
  p->nan_warned = FALSE;
  p->seen_serial = g_atomic_int_get (&p->serial) - 1; /* the first block takes the settings */
  gst_master_base_new_stream (self);
  publish_latency (self);
  return TRUE;
}

static gboolean
gst_master_base_start (GstBaseTransform *trans)
{
  gst_master_base_reset (GST_MASTER_BASE (trans));
  return TRUE;
}

static gboolean
gst_master_base_stop (GstBaseTransform *trans)
{
  GstMasterBase *self = GST_MASTER_BASE (trans);
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  gst_master_base_hold_drop (self);
  release_format (self);
  GST_OBJECT_LOCK (self);
  p->own_latency = 0;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static gboolean
gst_master_base_sink_event (GstBaseTransform *trans, GstEvent *event)
{
  GstMasterBase *self = GST_MASTER_BASE (trans);
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_EOS:
      /* After an error there is no end to tell of: what came out would look complete. */
      if (gst_master_base_drain (self, TRUE) == GST_FLOW_ERROR && p->holding) {
        gst_event_unref (event);
        return FALSE;
      }
      break;
    case GST_EVENT_STREAM_START:
      gst_master_base_drain (self, TRUE);
      break;
    case GST_EVENT_SEGMENT_DONE:
      gst_master_base_drain (self, p->holding);
      break;
    case GST_EVENT_SEGMENT:
    case GST_EVENT_GAP:
      if (gst_master_base_hold_event (self, event))
        return TRUE;
      gst_master_base_drain (self, FALSE);
      break;
    case GST_EVENT_FLUSH_STOP:
      gst_master_base_hold_drop (self);
      gst_master_base_new_stream (self);
      break;
    default:
      break;
  }
  return GST_BASE_TRANSFORM_CLASS (gst_master_base_parent_class)->sink_event (trans, event);
}

/* Upstream's latency plus our own. */
static gboolean
gst_master_base_query (GstBaseTransform *trans, GstPadDirection direction, GstQuery *query)
{
  GstMasterBase *self = GST_MASTER_BASE (trans);
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstClockTime own, min, max;
  gboolean live, ok;

  if (direction == GST_PAD_SRC && gst_master_base_hold_query (self, query, &ok))
    return ok;

  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY || direction != GST_PAD_SRC)
    return GST_BASE_TRANSFORM_CLASS (gst_master_base_parent_class)->query (trans, direction, query);
  if (!gst_pad_peer_query (GST_BASE_TRANSFORM_SINK_PAD (trans), query))
    return FALSE;
  GST_OBJECT_LOCK (self);
  own = p->own_latency;
  GST_OBJECT_UNLOCK (self);
  gst_query_parse_latency (query, &live, &min, &max);
  min += own;
  if (GST_CLOCK_TIME_IS_VALID (max))
    max += own;
  gst_query_set_latency (query, live, min, max);
  return TRUE;
}

/* Never called (generate_output does the work); its presence tells GstBaseTransform that this is
 * an in-place element and no passthrough. */
static GstFlowReturn
gst_master_base_transform_ip (GstBaseTransform *trans, GstBuffer *buffer)
{
  return GST_FLOW_OK;
}

static void
gst_master_base_constructed (GObject *object)
{
  GstBaseTransform *trans = GST_BASE_TRANSFORM (object);
  gboolean analyzer = GST_MASTER_BASE_GET_CLASS (object)->analyzer;

  G_OBJECT_CLASS (gst_master_base_parent_class)->constructed (object);
  gst_base_transform_set_passthrough (trans, analyzer);
  if (!analyzer)
    gst_pad_add_probe (GST_BASE_TRANSFORM_SINK_PAD (trans), GST_PAD_PROBE_TYPE_BUFFER,
                       gst_master_base_hide_discont, object, NULL);
}

static void
gst_master_base_dispose (GObject *object)
{
  gst_master_base_drop_children (GST_MASTER_BASE (object));
  G_OBJECT_CLASS (gst_master_base_parent_class)->dispose (object);
}

static void
gst_master_base_finalize (GObject *object)
{
  gst_master_base_hold_finalize (GST_MASTER_BASE (object));
  release_format (GST_MASTER_BASE (object));
  G_OBJECT_CLASS (gst_master_base_parent_class)->finalize (object);
}

void
gst_master_base_class_add_templates (GstMasterBaseClass *klass)
{
  GstCaps *caps = gst_caps_from_string (GST_MASTER_CAPS);

  gst_audio_filter_class_add_pad_templates (GST_AUDIO_FILTER_CLASS (klass), caps);
  gst_caps_unref (caps);
}

static void
gst_master_base_class_init (GstMasterBaseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);
  const GParamFlags playing =
      G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS;

  object_class->set_property = gst_master_base_set_property;
  object_class->get_property = gst_master_base_get_property;
  object_class->constructed = gst_master_base_constructed;
  object_class->dispose = gst_master_base_dispose;
  object_class->finalize = gst_master_base_finalize;
  object_class->notify = gst_master_base_ready_notify;

  g_object_class_install_property (
      object_class, PROP_BYPASS,
      g_param_spec_boolean ("bypass", "Bypass",
                            "Pass the input with the same delay (a loudnessmeter stops measuring)",
                            DEFAULT_BYPASS, playing | GST_PARAM_CONTROLLABLE));
  g_object_class_install_property (
      object_class, PROP_POST_MESSAGES,
      g_param_spec_boolean ("post-messages", "Post messages",
                            "Post an element message for each interval and a final one before EOS",
                            DEFAULT_POST_MESSAGES, playing));
  g_object_class_install_property (
      object_class, PROP_INTERVAL,
      g_param_spec_uint64 ("interval", "Interval (ns)", "Time between messages in nanoseconds",
                           GST_MSECOND, 3600 * GST_SECOND, DEFAULT_INTERVAL, playing));

  trans_class->start = GST_DEBUG_FUNCPTR (gst_master_base_start);
  trans_class->stop = GST_DEBUG_FUNCPTR (gst_master_base_stop);
  trans_class->sink_event = GST_DEBUG_FUNCPTR (gst_master_base_sink_event);
  trans_class->query = GST_DEBUG_FUNCPTR (gst_master_base_query);
  trans_class->transform_ip = GST_DEBUG_FUNCPTR (gst_master_base_transform_ip);
  trans_class->submit_input_buffer = GST_DEBUG_FUNCPTR (gst_master_base_submit);
  trans_class->generate_output = GST_DEBUG_FUNCPTR (gst_master_base_generate);
  trans_class->transform_ip_on_passthrough = FALSE;
  GST_AUDIO_FILTER_CLASS (klass)->setup = GST_DEBUG_FUNCPTR (gst_master_base_setup);

  gst_type_mark_as_plugin_api (GST_TYPE_MASTER_BASE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_MASTER_MONITOR, 0);
}

static void
gst_master_base_init (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  p->kernels = mdsp_kernels_get ();
  GST_INFO_OBJECT (self, "kernels=%s", p->kernels->isa);
  p->bypass = DEFAULT_BYPASS;
  p->post_messages = DEFAULT_POST_MESSAGES;
  p->interval = DEFAULT_INTERVAL;
  p->monitor = MDSP_MONITOR_OUTPUT;
  p->t0 = GST_CLOCK_TIME_NONE;
}

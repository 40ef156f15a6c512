/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "rig.h"

#include <gst/controller/gstdirectcontrolbinding.h>
#include <math.h>
#include <string.h>

static void
record_buffer (Rig *rig, GstBuffer *buffer)
{
  GstMapInfo map;
  Item item = { .event = GST_EVENT_UNKNOWN,
                .pts = GST_BUFFER_PTS (buffer),
                .duration = GST_BUFFER_DURATION (buffer),
                .offset = GST_BUFFER_OFFSET (buffer),
                .offset_end = GST_BUFFER_OFFSET_END (buffer),
                .flags = GST_BUFFER_FLAGS (buffer),
                .first = rig->samples->len,
                .channels = rig->out_channels,
                .rate = rig->out_rate };

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  item.n_samples = map.size / sizeof (float);
  g_array_append_vals (rig->samples, map.data, item.n_samples);
  gst_buffer_unmap (buffer, &map);
  g_array_append_val (rig->items, item);
}

static void
record_event (Rig *rig, GstEvent *event)
{
  Item item = { .event = GST_EVENT_TYPE (event), .first = rig->samples->len };

  if (item.event == GST_EVENT_CAPS) {
    GstCaps *caps;
    GstAudioInfo info;

    gst_event_parse_caps (event, &caps);
    fail_unless (gst_audio_info_from_caps (&info, caps));
    rig->out_rate = GST_AUDIO_INFO_RATE (&info);
    rig->out_channels = GST_AUDIO_INFO_CHANNELS (&info);
  }
  if (item.event == GST_EVENT_TAG) {
    gst_event_parse_tag (event, &item.tags);
    item.tags = gst_tag_list_ref (item.tags);
  }
  g_array_append_val (rig->items, item);
}

static GstPadProbeReturn
on_output (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Rig *rig = user_data;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    record_buffer (rig, GST_PAD_PROBE_INFO_BUFFER (info));
  else
    record_event (rig, GST_PAD_PROBE_INFO_EVENT (info));
  return GST_PAD_PROBE_OK;
}

static void
clear_item (gpointer data)
{
  g_clear_pointer (&((Item *) data)->tags, gst_tag_list_unref);
}

/* The line without its words "child::property=value": gst_parse of GStreamer 1.22 leaks the child, and that
 * would hide whether we do. They are of the last element. */
static GstHarness *
parse (const gchar *launch, GstElement **last)
{
  gchar **words = g_strsplit (launch, " ", -1);
  GString *line = g_string_new (NULL);
  GstHarness *h;

  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (words[i], "::") == NULL)
      g_string_append_printf (line, "%s ", words[i]);
  h = gst_harness_new_parse (line->str);
  g_string_free (line, TRUE);
  *last = GST_ELEMENT (GST_BIN_CHILDREN (h->element)->data); /* newest first */
  for (guint i = 0; words[i] != NULL; i++) {
    gchar **pair = g_strsplit (words[i], "=", 2);

    if (pair[0] != NULL && strstr (pair[0], "::") != NULL)
      rig_set (*last, pair[0], pair[1]);
    g_strfreev (pair);
  }
  g_strfreev (words);
  return h;
}

Rig *
rig_new (const gchar *launch, guint rate, guint channels)
{
  Rig *rig = g_new0 (Rig, 1);

  rig->items = g_array_new (FALSE, TRUE, sizeof (Item));
  g_array_set_clear_func (rig->items, clear_item);
  rig->samples = g_array_new (FALSE, FALSE, sizeof (float));
  rig->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_message_unref);
  rig->rand = g_rand_new_with_seed (1);
  rig->bus = gst_bus_new ();
  rig->h = parse (launch, &rig->element);
  gst_element_set_bus (rig->h->element, rig->bus);
  gst_harness_set_drop_buffers (rig->h, TRUE);
  gst_pad_add_probe (rig->h->sinkpad,
                     GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
                         GST_PAD_PROBE_TYPE_EVENT_FLUSH,
                     on_output, rig, NULL);
  if (rate > 0)
    rig_set_caps (rig, rate, channels);
  return rig;
}

void
rig_free (Rig *rig)
{
  gst_element_set_bus (rig->h->element, NULL);
  gst_harness_teardown (rig->h);
  gst_bus_set_flushing (rig->bus, TRUE);
  gst_object_unref (rig->bus);
  g_array_unref (rig->items);
  g_array_unref (rig->samples);
  g_ptr_array_unref (rig->messages);
  g_rand_free (rig->rand);
  g_free (rig);
}

void
rig_set_caps_mask (Rig *rig, guint rate, guint channels, guint64 mask)
{
  GstCaps *caps = gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, GST_AUDIO_NE (F32),
                                       "layout", G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT,
                                       rate, "channels", G_TYPE_INT, channels, NULL);

  if (channels > 2 || mask != 0)
    gst_caps_set_simple (caps, "channel-mask", GST_TYPE_BITMASK, mask, NULL);
  rig->rate = rate;
  rig->channels = channels;
  gst_harness_set_src_caps (rig->h, caps);
}

void
rig_set_caps (Rig *rig, guint rate, guint channels)
{
  rig_set_caps_mask (rig, rate, channels, 0);
}

void
rig_forget (Rig *rig)
{
  rig_collect (rig);
  g_array_set_size (rig->items, 0);
  g_array_set_size (rig->samples, 0);
  g_ptr_array_set_size (rig->messages, 0);
}

GstFlowReturn
rig_push (Rig *rig, const float *frames, gsize n_frames, GstClockTime pts, guint64 offset,
          guint flags)
{
  const gsize size = n_frames * rig->channels * sizeof (float);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_memset (buffer, 0, 0, size);
  if (frames != NULL)
    gst_buffer_fill (buffer, 0, frames, size);
  GST_BUFFER_PTS (buffer) = pts;
  if (GST_CLOCK_TIME_IS_VALID (pts))
    GST_BUFFER_DURATION (buffer) = frame_time (0, n_frames, rig->rate);
  GST_BUFFER_OFFSET (buffer) = offset;
  GST_BUFFER_FLAG_SET (buffer, flags);
  rig->pushed += n_frames;
  return gst_harness_push (rig->h, buffer);
}

static gsize
random_size (GRand *rand)
{
  switch (g_rand_int_range (rand, 0, 6)) {
    case 0:
      return 0;
    case 1:
      return 1;
    case 2:
      return g_rand_int_range (rand, 2, 64);
    default:
      return g_rand_int_range (rand, 1, 3000);
  }
}

void
rig_push_run (Rig *rig, const float *frames, gsize n_frames, gsize size, GstClockTime t0,
              guint64 off0)
{
  for (gsize done = 0; done < n_frames;) {
    gsize wanted = size > 0 ? size : random_size (rig->rand);
    gsize n = MIN (wanted, n_frames - done);
    GstClockTime pts =
        GST_CLOCK_TIME_IS_VALID (t0) ? frame_time (t0, done, rig->rate) : GST_CLOCK_TIME_NONE;
    guint64 offset = off0 != GST_BUFFER_OFFSET_NONE ? off0 + done : GST_BUFFER_OFFSET_NONE;

    fail_unless_equals_int (rig_push (rig, frames + done * rig->channels, n, pts, offset, 0),
                            GST_FLOW_OK);
    done += n;
  }
}

void
rig_event (Rig *rig, GstEvent *event)
{
  fail_unless (gst_harness_push_event (rig->h, event));
}

void
rig_flush (Rig *rig)
{
  rig_event (rig, gst_event_new_flush_start ());
  rig_event (rig, gst_event_new_flush_stop (TRUE));
}

void
rig_segment (Rig *rig, gdouble rate, GstClockTime start, GstClockTime stop, GstClockTime base,
             GstClockTime offset)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = rate;
  segment.start = start;
  segment.stop = stop;
  segment.time = start;
  segment.position = rate < 0.0 ? stop : start;
  segment.base = base;
  segment.offset = offset;
  rig_event (rig, gst_event_new_segment (&segment));
}

void
rig_collect (Rig *rig)
{
  GstMessage *message;

  while ((message = gst_bus_pop (rig->bus)) != NULL)
    g_ptr_array_add (rig->messages, message);
}

GPtrArray *
rig_structures (Rig *rig, const gchar *name)
{
  GPtrArray *found = g_ptr_array_new ();

  rig_collect (rig);
  for (guint i = 0; i < rig->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (rig->messages, i);

    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT && gst_message_has_name (message, name))
      g_ptr_array_add (found, (gpointer) gst_message_get_structure (message));
  }
  return found;
}

guint
rig_count_messages (Rig *rig, GstMessageType type)
{
  guint count = 0;

  rig_collect (rig);
  for (guint i = 0; i < rig->messages->len; i++)
    count += GST_MESSAGE_TYPE (g_ptr_array_index (rig->messages, i)) == type;
  return count;
}

gsize
rig_frames (Rig *rig)
{
  gsize frames = 0;

  for (guint i = 0; i < rig->items->len; i++) {
    Item *item = &g_array_index (rig->items, Item, i);

    if (item->event == GST_EVENT_UNKNOWN)
      frames += item->n_samples / item->channels;
  }
  return frames;
}

gint
rig_find_event (Rig *rig, GstEventType type)
{
  for (guint i = 0; i < rig->items->len; i++)
    if (g_array_index (rig->items, Item, i).event == type)
      return i;
  return -1;
}

GObject *
rig_owner (GstElement *element, const gchar *property, const gchar **name)
{
  const gchar *colons = strstr (property, "::");
  gchar *child_name;
  GObject *child;

  *name = property;
  if (colons == NULL)
    return G_OBJECT (element);
  child_name = g_strndup (property, colons - property);
  child = gst_child_proxy_get_child_by_name (GST_CHILD_PROXY (element), child_name);
  fail_unless (child != NULL, "no child %s", child_name);
  g_free (child_name);
  *name = colons + 2;
  g_object_unref (child); /* the element holds it */
  return child;
}

void
rig_set (GstElement *element, const gchar *property, const gchar *value)
{
  const gchar *name;
  GObject *owner = rig_owner (element, property, &name);

  gst_util_set_object_arg (owner, name, value);
}

void
rig_curve (GObject *object, const gchar *property, const gdouble (*points)[2], guint n,
           GstInterpolationMode mode)
{
  GstControlSource *source = gst_interpolation_control_source_new ();

  g_object_set (source, "mode", mode, NULL);
  for (guint i = 0; i < n; i++)
    gst_timed_value_control_source_set (GST_TIMED_VALUE_CONTROL_SOURCE (source),
                                        (GstClockTime) (points[i][0] * GST_SECOND), points[i][1]);
  gst_object_add_control_binding (GST_OBJECT (object), gst_direct_control_binding_new_absolute (
                                                           GST_OBJECT (object), property, source));
  gst_object_unref (source);
}

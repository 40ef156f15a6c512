/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A bench for one element: pushes interleaved F32 in pieces of any size and records all that comes
 * out, buffers and serialized events in one list, and every message on the bus.
 */
#ifndef RIG_H
#define RIG_H

#include <gst/audio/audio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/controller/gstinterpolationcontrolsource.h>

/* One thing that left the element. */
typedef struct {
  GstEventType event; /* GST_EVENT_UNKNOWN: a buffer */
  GstClockTime pts, duration;
  guint64 offset, offset_end;
  guint flags;
  gsize first, n_samples; /* into Rig.samples; n_samples = frames x channels */
  guint channels, rate;
  GstTagList *tags; /* of a TAG event, owned */
} Item;

typedef struct {
  GstHarness *h;
  GstElement *element; /* the only one, or the last of the description */
  GstBus *bus;
  guint rate, channels;         /* of the caps pushed last */
  guint out_rate, out_channels; /* of the caps that came out last */
  GArray *items;                /* Item */
  GArray *samples;              /* float */
  GPtrArray *messages;          /* GstMessage *, in order */
  guint64 pushed;               /* frames */
  GRand *rand;
} Rig;

/* A gst-launch description; the first caps go in at once. */
Rig *rig_new (const gchar *launch, guint rate, guint channels);
void rig_free (Rig *rig);
void rig_set_caps (Rig *rig, guint rate, guint channels);
/* Stereo and mono need none; others name their layout. 0 = unpositioned. */
void rig_set_caps_mask (Rig *rig, guint rate, guint channels, guint64 mask);
/* Forgets what was recorded. */
void rig_forget (Rig *rig);

/* One buffer; frames NULL = zeros; pts and offset may be NONE. */
GstFlowReturn rig_push (Rig *rig, const float *frames, gsize n_frames, GstClockTime pts,
                        guint64 offset, guint flags);
/* A run in pieces: `size` > 0 fixed, 0 = random sizes with 0 and 1 among them (NB from rig->rand).
 * Timestamps from t0, offsets from off0 (either may be NONE). */
void rig_push_run (Rig *rig, const float *frames, gsize n_frames, gsize size, GstClockTime t0,
                   guint64 off0);
void rig_event (Rig *rig, GstEvent *event);
void rig_flush (Rig *rig);
/* TIME segment. */
void rig_segment (Rig *rig, gdouble rate, GstClockTime start, GstClockTime stop, GstClockTime base,
                  GstClockTime offset);

/* Moves what is on the bus to rig->messages. */
void rig_collect (Rig *rig);
/* Element messages of that name; transfer none, free the array. */
GPtrArray *rig_structures (Rig *rig, const gchar *name);
guint rig_count_messages (Rig *rig, GstMessageType type);
/* Frames recorded so far. */
gsize rig_frames (Rig *rig);
/* Index of the first item of that event type, or -1. */
gint rig_find_event (Rig *rig, GstEventType type);

/* The object that a property is of, and its name there: "ceiling" of the element itself, or
 * "band0::ratio" of a child. Not referenced. */
GObject *rig_owner (GstElement *element, const gchar *property, const gchar **name);
/* Sets a property, of the element or of a child, from text. */
void rig_set (GstElement *element, const gchar *property, const gchar *value);
/* A control curve through n points (seconds, value), which the property follows. */
void rig_curve (GObject *object, const gchar *property, const gdouble (*points)[2], guint n,
                GstInterpolationMode mode);

/* Rounded timestamp of a frame: t0 + frame / rate, computed in 128 bits. */
GstClockTime frame_time (GstClockTime t0, guint64 frame, guint rate);

/* Signals, interleaved, free with g_free. Uniform noise within +-level ... */
float *signal_noise (guint seed, gsize n_frames, guint channels, float level);
/* ... and noise with a slow swell and single spikes that keep a limiter busy at -1 dBTP. */
float *signal_hot (guint seed, gsize n_frames, guint channels);
/* A sine in every channel. */
float *signal_sine (gdouble hz, gdouble amplitude, gsize n_frames, guint channels, guint rate);

/* NULL, or where two runs of samples differ first (free it). Compares bits: -0.0 is not 0.0. */
gchar *compare_bits (const float *a, gsize n_a, const float *b, gsize n_b);

/* What a run of buffers between two items must look like. */
typedef struct {
  guint from, to; /* items [from, to); events among them are skipped */
  GstClockTime t0;
  guint64 off0;
  const float *content; /* NULL: do not compare */
  gsize n_frames;
} RunExpected;
/* NULL, or what is wrong: frames in == frames out, each frame at its own timestamp without a gap or
 * an overlap, offsets, DISCONT on the first buffer and only there, no GAP, the very samples. */
gchar *check_run (Rig *rig, const RunExpected *expected);

#define assert_ok(call)                                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gchar *assert_error = (call);                                                                  \
    fail_unless (assert_error == NULL, "%s", assert_error);                                        \
  }                                                                                                \
  G_STMT_END
/* For planted faults: the checker must complain. */
#define assert_caught(call)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gchar *assert_error = (call);                                                                  \
    fail_unless (assert_error != NULL, "a planted fault was not caught: %s", #call);               \
    g_free (assert_error);                                                                         \
  }                                                                                                \
  G_STMT_END

#endif

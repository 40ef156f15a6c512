/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The one base class of the mastering elements. A subclass says how to build its dsp state, how to
 * apply its settings and how to process a planar block in place; the base class does the rest:
 *
 * - interleaved F32 outside, planar blocks of at most 512 frames inside, sanitized (NaN, Inf);
 * - frames in == frames out, content at its own timestamp, the latency reported exactly; drained at
 *   EOS, SEGMENT, SEGMENT_DONE, STREAM_START, GAP, a timestamp jump and a caps change, reset at
 *   FLUSH_STOP;
 * - settings: a property setter stores under the object lock and calls
 *   gst_master_base_settings_changed(); the streaming thread calls `update` at the next block;
 * - controller curves on the grid of 64 frames of the stream, whatever the buffer sizes;
 * - bypass and difference monitoring with the same delay, faded; a curve on bypass switches the sound of
 *   its time;
 * - messages named like the element, on exact interval boundaries, one final before EOS.
 */
#ifndef GST_MASTER_BASE_H
#define GST_MASTER_BASE_H

#include <gst/audio/audio.h>
#include <gst/audio/gstaudiofilter.h>

#include "filter/bypass.h"
#include "kernels/kernels.h"

G_BEGIN_DECLS

#define GST_TYPE_MASTER_BASE (gst_master_base_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstMasterBase, gst_master_base, GST, MASTER_BASE, GstAudioFilter)

#define GST_TYPE_MASTER_MONITOR (gst_master_monitor_get_type ())
GType gst_master_monitor_get_type (void);

typedef struct _GstMasterBasePrivate GstMasterBasePrivate;

struct _GstMasterBaseClass {
  GstAudioFilterClass parent_class;

  /* Only looks: buffers pass untouched, no delay, no bypass delay line. */
  gboolean analyzer;
  /* Name of the element message. */
  const gchar *message_name;

  /* All of these run on the streaming thread (configure: before the first block of a format). */

  /* Builds the dsp state for a format. FALSE after GST_ELEMENT_ERROR. */
  gboolean (*configure) (GstMasterBase *self, const GstAudioInfo *info);
  /* Copies the settings under the object lock and hands them to the dsp state. */
  void (*update) (GstMasterBase *self);
  /* Forgets the signal, keeps settings and measurements: the stream goes on elsewhere. Optional. */
  void (*reset) (GstMasterBase *self);
  /* Forgets what was measured: a new stream begins. Always after `reset`. Optional. */
  void (*forget) (GstMasterBase *self);
  /* Frees the dsp state; legal without one. */
  void (*clear) (GstMasterBase *self);
  /* In place, 1 .. MDSP_MAX_BLOCK frames; an analyzer leaves the planes alone. Optional
   * return: nothing. The output is `latency` frames late. */
  void (*process) (GstMasterBase *self, float *const planes[], guint n_frames);
  /* Exact delay of process in frames. NULL = 0. */
  guint (*latency) (GstMasterBase *self);
  /* How much of that the input has when the element itself hands it to gst_master_base_remember (), for
   * bypass, in every process call: one long delay line instead of two. NULL = 0: the base remembers it as
   * it comes. */
  guint (*dry_latency) (GstMasterBase *self);
  /* The stream ended (EOS, new stream, new caps): last chance to measure. Optional. */
  void (*finish) (GstMasterBase *self);
  /* Adds the element's fields. Optional: without it no messages. */
  void (*fill_message) (GstMasterBase *self, GstStructure *structure, gboolean final);
  /* Tags to send downstream at the end of the stream, transfer full, or NULL. Optional. */
  GstTagList *(*final_tags) (GstMasterBase *self);

  /* For a gain that depends on the whole programme. All optional, or none. */
  /* After configure: TRUE = keep every programme of this format back until it is complete. */
  gboolean (*holds) (GstMasterBase *self);
  /* Before its first frame; where to spool it (transfer full) or NULL. FALSE after
   * GST_ELEMENT_ERROR. */
  gboolean (*begin_hold) (GstMasterBase *self, gchar **name_template);
  /* Its frames as they come in: only looks. */
  void (*survey) (GstMasterBase *self, float *const planes[], guint n_frames);
  /* It will not be complete: its spool failed (after GST_ELEMENT_ERROR), at any time since begin_hold. */
  void (*hold_failed) (GstMasterBase *self);
  /* It is complete: decides, with gst_master_base_held_*(). Then it goes through `process`. Not OK:
   * it is dropped (FLUSHING when interrupted, ERROR after GST_ELEMENT_ERROR). */
  GstFlowReturn (*resolve) (GstMasterBase *self);
};

/* For property setters, without the object lock held. */
void gst_master_base_settings_changed (GstMasterBase *self);

/* Objects besides the element that have settings and controllers (bands): in the subclass's init, at
 * most eight, takes the floating reference. The subclass implements GstChildProxy with the function
 * below; setters of the child call the last one, without its object lock held. */
void gst_master_base_add_child (GstMasterBase *self, GstObject *child);
void gst_master_base_child_proxy_init (gpointer iface, gpointer data);
void gst_master_base_child_changed (GstObject *child);

/* A number that controllers may move. */
void gst_master_base_install_double (GObjectClass *klass, guint id, const gchar *name,
                                     const gchar *nick, const gchar *blurb, gdouble min,
                                     gdouble max, gdouble value);

/* The kernels that process calls use. */
const MdspKernels *gst_master_base_kernels (GstMasterBase *self);

/* For subclasses that install `monitor` as a property. */
void gst_master_base_set_monitor (GstMasterBase *self, MdspMonitor monitor);
MdspMonitor gst_master_base_get_monitor (GstMasterBase *self);
GParamSpec *gst_master_base_monitor_pspec (void);

/* Streaming thread: the input is passed on, as of the block under way. */
gboolean gst_master_base_bypassed (GstMasterBase *self);

/* In process: the n_frames of input that are `dry_latency` frames late now. */
void gst_master_base_remember (GstMasterBase *self, const float *const planes[], guint n_frames);

/* Samples that were replaced because they were NaN or infinite, since the start of the stream. */
guint64 gst_master_base_nan_count (GstMasterBase *self);

/* What every element takes: F32 interleaved, 8-384 kHz, 1-64 channels. */
#define GST_MASTER_CAPS                                                                            \
  "audio/x-raw, format = (string) " GST_AUDIO_NE (                                                 \
      F32) ", rate = (int) [ 8000, 384000 ], "                                                     \
           "channels = (int) [ 1, 64 ], layout = (string) interleaved"

/* The programme that is kept back, for `resolve`: its length in frames, back to its start, its next
 * block (the number of frames, 0 at its end, -1 after GST_ELEMENT_ERROR). */
guint64 gst_master_base_held (GstMasterBase *self);
gboolean gst_master_base_held_rewind (GstMasterBase *self);
gint gst_master_base_held_read (GstMasterBase *self, float *const **planes);
/* A flush or a state change wants the streaming thread: long loops end. */
gboolean gst_master_base_interrupted (GstMasterBase *self);
gboolean gst_master_base_upstream_is_live (GstMasterBase *self);

/* Adds a pad template pair of these. */
void gst_master_base_class_add_templates (GstMasterBaseClass *klass);

/* Sets a field to a GST_TYPE_ARRAY of n doubles. */
void gst_master_base_set_array (GstStructure *structure, const gchar *field, const gdouble *values,
                                guint n);

G_END_DECLS

#endif

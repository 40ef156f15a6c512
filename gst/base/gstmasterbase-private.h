/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Shared by the files of the base class only: gstmasterbase.c (class, properties, events, queries),
 * gstmasterbase-stream.c (buffers in and out), gstmasterbase-process.c (blocks),
 * gstmasterbase-hold.c (programmes that are kept back), gstmasterbase-children.c (bands),
 * gstmasterbase-ready.c (properties up to READY), gstmasterbase-message.c.
 */
#ifndef GST_MASTER_BASE_PRIVATE_H
#define GST_MASTER_BASE_PRIVATE_H

#include "gstmasterbase.h"
#include "gstmasterspool.h"

struct _GstMasterBasePrivate {
  const MdspKernels *kernels;
  GstObject *children[8]; /* for life; owned */
  guint n_children;

  /* Guarded by the object lock. */
  gboolean bypass, post_messages;
  guint64 interval; /* ns */
  MdspMonitor monitor;
  GstClockTime own_latency; /* ns, read by queries */
  gboolean answering;       /* for upstream, see gst_master_base_hold_query () */
  guint64 answer_frames;    /* length of the programme */
  guint answer_rate;

  GHashTable *built_with; /* GParamSpec -> GValue, of properties up to READY; NULL: no format yet */

  gint serial; /* atomic: bumped by every settings change */

  /* Streaming thread only. */
  gint seen_serial;
  gboolean configured;
  GstAudioInfo info;
  guint delay;         /* frames */
  guint dry_delay;     /* of them in what is remembered for bypass */
  gboolean in_discont; /* the newest input buffer came with DISCONT */
  GstClockTime t0;     /* timestamp of the first frame since reset, or NONE */
  guint64 off0;
  guint64 fed;    /* frames that entered process since reset, drain silence included */
  guint64 pushed; /* frames that left */
  gboolean need_discont;
  MdspBypass around;
  gboolean bypassed;      /* as of the newest snapshot */
  gboolean bypass_curve;  /* a controller moves it */
  guint8 *bypass_noted;   /* then: what it was at each of the newest points of the grid ... */
  guint64 n_bypass_noted; /* ... back to what leaves now */
  float *plane_memory;
  float *planes[MDSP_MAX_CHANNELS];
  guint64 nan_count;
  gboolean nan_warned;

  /* A programme that is kept back. */
  gboolean holding;   /* as of the format */
  gboolean playing;   /* it is complete and on its way out */
  gboolean part_open; /* the newest part goes on with the next buffer */
  gboolean hold_failed;
  GstMasterSpool *spool;
  GArray *parts;
  float *hold_block; /* interleaved */
  guint64 held;      /* frames in the spool */
  guint64 held_left; /* of them to read */

  /* Messages: span k runs from boundary k to boundary k + 1, counted from message_base. */
  gboolean messages;       /* post-messages, as of the newest snapshot */
  guint64 active_interval; /* ns */
  guint64 message_base, message_index;
  guint64 message_start; /* content frame at which the span under way began */
  gboolean final_due;    /* content since the last final message */
};

GstMasterBasePrivate *gst_master_base_priv (GstMasterBase *self);
GST_DEBUG_CATEGORY_EXTERN (gst_master_base_debug);

/* gstmasterbase-children.c */
/* The index-th; NULL after the last. */
GstObject *gst_master_base_child (GstMasterBase *self, guint index);
void gst_master_base_drop_children (GstMasterBase *self);

/* gstmasterbase-process.c */
/* Takes changed settings; before the first frame of a stream without fades. */
void gst_master_base_take_settings (GstMasterBase *self);
/* src NULL: silence. dst NULL: the output is dropped. In place allowed. */
void gst_master_base_process_frames (GstMasterBase *self, const float *src, float *dst,
                                     guint64 n_frames);

void gst_master_base_warn_non_finite (GstMasterBase *self);

/* gstmasterbase-ready.c */
/* The format is built with the properties of now; there is none any more; a property was set. */
void gst_master_base_ready_note (GstMasterBase *self);
void gst_master_base_ready_forget (GstMasterBase *self);
void gst_master_base_ready_notify (GObject *object, GParamSpec *pspec);

/* gstmasterbase-hold.c */
/* After configure: does this format keep its programmes back? */
void gst_master_base_hold_setup (GstMasterBase *self);
void gst_master_base_hold_drop (GstMasterBase *self);
void gst_master_base_hold_finalize (GstMasterBase *self);
/* Instead of the two of gstmasterbase-stream.c, while holding. */
GstFlowReturn gst_master_base_hold_submit (GstMasterBase *self, GstBuffer *buffer);
GstFlowReturn gst_master_base_hold_take (GstMasterBase *self, GstBuffer *buffer);
/* The next buffer begins a new part. */
void gst_master_base_hold_close_part (GstMasterBase *self);
/* TRUE: the event is kept, too (taken). */
gboolean gst_master_base_hold_event (GstMasterBase *self, GstEvent *event);
/* While a programme is on its way out, queries from downstream are answered here: TRUE with the
 * answer in *ok. */
gboolean gst_master_base_hold_query (GstMasterBase *self, GstQuery *query, gboolean *ok);
/* The programme is complete: out with it. */
GstFlowReturn gst_master_base_hold_play (GstMasterBase *self);

/* gstmasterbase-stream.c */
/* Whether the buffer does not follow `frames` frames that began at t0. */
gboolean gst_master_base_is_jump (GstMasterBase *self, GstBuffer *buffer, GstClockTime t0,
                                  guint64 frames);
/* The buffer holds n output frames, the first `skip` of them from before the stream. */
GstBuffer *gst_master_base_finish_buffer (GstMasterBase *self, GstBuffer *buffer, guint64 n,
                                          guint64 skip);
GstFlowReturn gst_master_base_submit (GstBaseTransform *trans, gboolean is_discont,
                                      GstBuffer *buffer);
GstFlowReturn gst_master_base_generate (GstBaseTransform *trans, GstBuffer **out);
/* Pad probe of elements with a delay. */
GstPadProbeReturn gst_master_base_hide_discont (GstPad *pad, GstPadProbeInfo *info,
                                                gpointer user_data);
/* Pushes what the delay still holds and resets. `ended`: the stream is over, so the element
 * finishes its measurement and posts its final message. */
GstFlowReturn gst_master_base_drain (GstMasterBase *self, gboolean ended);
/* Forgets the signal, pushes nothing. */
void gst_master_base_reset (GstMasterBase *self);
/* And forgets what was measured. */
void gst_master_base_new_stream (GstMasterBase *self);

/* gstmasterbase-message.c */
/* Content frames that lie before the next message boundary. */
guint64 gst_master_base_frames_to_message (GstMasterBase *self, guint64 content);
/* Posts the span that ends at `content`; final: the stream's last. */
void gst_master_base_post (GstMasterBase *self, guint64 content, gboolean final);
/* Posts what has come since the last message, if anything, so that the spans tile the content. */
void gst_master_base_close_span (GstMasterBase *self, guint64 content);
/* Takes the message settings of now and starts a new span where they changed. */
void gst_master_base_message_settings (GstMasterBase *self, guint64 content);
/* How many frames of content have gone through process. */
guint64 gst_master_base_content (GstMasterBase *self);
/* Stream time of a content frame, or NONE. */
GstClockTime gst_master_base_pts (GstMasterBase *self, guint64 content);

#endif

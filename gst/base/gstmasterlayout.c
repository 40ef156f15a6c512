/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "gstmasterlayout.h"

static MdspSpeaker
speaker_of (GstAudioChannelPosition position)
{
  switch (position) {
    case GST_AUDIO_CHANNEL_POSITION_LFE1:
    case GST_AUDIO_CHANNEL_POSITION_LFE2:
      return MDSP_SPEAKER_LFE;
    case GST_AUDIO_CHANNEL_POSITION_SIDE_LEFT:
    case GST_AUDIO_CHANNEL_POSITION_SIDE_RIGHT:
      return MDSP_SPEAKER_SIDE;
    case GST_AUDIO_CHANNEL_POSITION_SURROUND_LEFT:
    case GST_AUDIO_CHANNEL_POSITION_SURROUND_RIGHT:
      return MDSP_SPEAKER_SURROUND;
    case GST_AUDIO_CHANNEL_POSITION_REAR_LEFT:
    case GST_AUDIO_CHANNEL_POSITION_REAR_RIGHT:
      return MDSP_SPEAKER_REAR;
    case GST_AUDIO_CHANNEL_POSITION_WIDE_LEFT:
    case GST_AUDIO_CHANNEL_POSITION_WIDE_RIGHT:
      return MDSP_SPEAKER_WIDE;
    default:
      return MDSP_SPEAKER_OTHER;
  }
}

void
gst_master_layout_speakers (const GstAudioInfo *info, gboolean dual_mono, MdspSpeaker *speakers)
{
  gboolean positioned = !GST_AUDIO_INFO_IS_UNPOSITIONED (info);

  for (gint c = 0; c < GST_AUDIO_INFO_CHANNELS (info); c++)
    speakers[c] = positioned ? speaker_of (GST_AUDIO_INFO_POSITION (info, c)) : MDSP_SPEAKER_OTHER;
  if (dual_mono && GST_AUDIO_INFO_CHANNELS (info) == 1)
    speakers[0] = MDSP_SPEAKER_PAIR;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "wav_layout.h"

static const struct {
  int sndfile;
  GstAudioChannelPosition gst;
} map[] = {
  { SF_CHANNEL_MAP_LEFT, GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT },
  { SF_CHANNEL_MAP_RIGHT, GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT },
  { SF_CHANNEL_MAP_CENTER, GST_AUDIO_CHANNEL_POSITION_FRONT_CENTER },
  { SF_CHANNEL_MAP_LFE, GST_AUDIO_CHANNEL_POSITION_LFE1 },
  { SF_CHANNEL_MAP_REAR_LEFT, GST_AUDIO_CHANNEL_POSITION_REAR_LEFT },
  { SF_CHANNEL_MAP_REAR_RIGHT, GST_AUDIO_CHANNEL_POSITION_REAR_RIGHT },
  { SF_CHANNEL_MAP_FRONT_LEFT_OF_CENTER, GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT_OF_CENTER },
  { SF_CHANNEL_MAP_FRONT_RIGHT_OF_CENTER, GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT_OF_CENTER },
  { SF_CHANNEL_MAP_REAR_CENTER, GST_AUDIO_CHANNEL_POSITION_REAR_CENTER },
  { SF_CHANNEL_MAP_SIDE_LEFT, GST_AUDIO_CHANNEL_POSITION_SIDE_LEFT },
  { SF_CHANNEL_MAP_SIDE_RIGHT, GST_AUDIO_CHANNEL_POSITION_SIDE_RIGHT },
  { SF_CHANNEL_MAP_TOP_CENTER, GST_AUDIO_CHANNEL_POSITION_TOP_CENTER },
  { SF_CHANNEL_MAP_TOP_FRONT_LEFT, GST_AUDIO_CHANNEL_POSITION_TOP_FRONT_LEFT },
  { SF_CHANNEL_MAP_TOP_FRONT_CENTER, GST_AUDIO_CHANNEL_POSITION_TOP_FRONT_CENTER },
  { SF_CHANNEL_MAP_TOP_FRONT_RIGHT, GST_AUDIO_CHANNEL_POSITION_TOP_FRONT_RIGHT },
  { SF_CHANNEL_MAP_TOP_REAR_LEFT, GST_AUDIO_CHANNEL_POSITION_TOP_REAR_LEFT },
  { SF_CHANNEL_MAP_TOP_REAR_CENTER, GST_AUDIO_CHANNEL_POSITION_TOP_REAR_CENTER },
  { SF_CHANNEL_MAP_TOP_REAR_RIGHT, GST_AUDIO_CHANNEL_POSITION_TOP_REAR_RIGHT },
};

static GstAudioChannelPosition
to_gst (int position)
{
  for (gsize i = 0; i < G_N_ELEMENTS (map); i++)
    if (map[i].sndfile == position)
      return map[i].gst;
  return GST_AUDIO_CHANNEL_POSITION_INVALID;
}

static int
to_sndfile (GstAudioChannelPosition position)
{
  for (gsize i = 0; i < G_N_ELEMENTS (map); i++)
    if (map[i].gst == position)
      return map[i].sndfile;
  return SF_CHANNEL_MAP_INVALID;
}

void
wav_layout_read (SNDFILE *file, const SF_INFO *info, GstAudioInfo *audio)
{
  GstAudioChannelPosition positions[64];
  int places[64] = { 0 };
  gboolean known = info->channels <= 64 && sf_command (file, SFC_GET_CHANNEL_MAP_INFO, places,
                                                       sizeof (int) * info->channels);

  for (int i = 0; i < info->channels && known; i++) {
    positions[i] = to_gst (places[i]);
    known = positions[i] != GST_AUDIO_CHANNEL_POSITION_INVALID;
  }
  if (!known || !gst_audio_check_valid_channel_positions (positions, info->channels, FALSE))
    for (int i = 0; i < info->channels && i < 64; i++)
      positions[i] = GST_AUDIO_CHANNEL_POSITION_NONE;
  gst_audio_info_init (audio);
  gst_audio_info_set_format (audio, GST_AUDIO_FORMAT_F32, info->samplerate, info->channels,
                             info->channels <= 2 ? NULL : positions);
}

gboolean
wav_layout_write (SNDFILE *file, const GstAudioInfo *audio)
{
  int places[64];
  int n = GST_AUDIO_INFO_CHANNELS (audio);

  if (GST_AUDIO_INFO_IS_UNPOSITIONED (audio) || n > 64)
    return FALSE;
  for (int i = 0; i < n; i++) {
    places[i] = to_sndfile (GST_AUDIO_INFO_POSITION (audio, i));
    if (places[i] == SF_CHANNEL_MAP_INVALID)
      return FALSE;
  }
  return sf_command (file, SFC_SET_CHANNEL_MAP_INFO, places, sizeof (int) * n);
}

#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# Takes a live RTP stream (L16, 48 kHz, stereo), masters it, encodes it again (Opus) and sends it on as RTP,
# until Ctrl-C. The look-ahead of the leveller is part of the pipeline's latency.
#
#   live_stream.sh IN_PORT OUT_HOST OUT_PORT [CHAIN]
#
# CHAIN is a gst-launch description of the chain (default: masterchain profile=streaming).
#
# A sender to try it with:
#   gst-launch-1.0 audiotestsrc is-live=true wave=pink-noise ! audio/x-raw,rate=48000,channels=2 ! \
#     audioconvert ! rtpL16pay ! udpsink host=127.0.0.1 port=5004
# A listener:
#   gst-launch-1.0 udpsrc port=5006 caps=application/x-rtp,media=audio,clock-rate=48000,encoding-name=OPUS,payload=96 ! \
#     rtpjitterbuffer ! rtpopusdepay ! opusdec ! audioconvert ! autoaudiosink
set -u

if [ $# -lt 3 ]; then
  sed -n '5,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
chain=${4:-masterchain profile=streaming}

# shellcheck disable=SC2086 # a list of words on purpose
exec gst-launch-1.0 -q \
  udpsrc port="$1" caps="application/x-rtp,media=audio,clock-rate=48000,encoding-name=L16,channels=2,payload=96" ! \
  rtpjitterbuffer latency=200 ! rtpL16depay ! audioconvert ! $chain ! \
  queue ! audioconvert ! opusenc bitrate=160000 ! rtpopuspay pt=96 ! udpsink host="$2" port="$3"

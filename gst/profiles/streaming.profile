# What is delivered where; every number with its source, date and confidence.
[profile]
id=streaming
kind=platform
name=Streaming in general
summary=A safe single master for all music streaming services
aliases=default

[loudness-target]
value=-14
unit=LUFS
source=what most services play at: Spotify, YouTube, TIDAL and Amazon Music
date=2026-11-22
confidence=secondary

[ceiling]
value=-1
unit=dBTP
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official
note=also AESTD1008: -1 dBTP at the input of a codec

[ceiling-if-louder]
value=-2
unit=dBTP
source=Spotify for Artists, as quoted by PreSonus
date=2026-11-22
confidence=secondary
note=when the master is louder than the loudness target

[louder-is]
value=turned-down
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=secondary

[quieter-is]
value=unchanged
source=YouTube and TIDAL do not raise quieter music
date=2026-11-22
confidence=secondary

[psr-floor]
value=8
unit=dB
source=I. Shepherd, Dynameter: 8 dB is the floor in any genre
date=2026-11-22
confidence=secondary
note=the default where no other profile says otherwise

[limiter-budget]
value=4
unit=dB
source=practice of limiting: 1 to 3 dB is transparent, more than 4 is to be flagged
date=2026-11-22
confidence=judgement
note=gain reduction not exceeded for 95 % of the time; the default everywhere

[album]
value=track
source=one song at a time
date=2026-11-22
confidence=judgement

[lossy]
value=refused
source=aggregators ask for WAV or FLAC, never MP3
date=2026-11-22
confidence=secondary
note=the default where no other profile says otherwise, as all that follows

[float]
value=refused
source=aggregators ask for integer samples
date=2026-11-22
confidence=secondary

[sample-rate-min]
value=44100
unit=Hz
source=aggregators: native rate, at least 44.1 kHz
date=2026-11-22
confidence=secondary

[bit-depth-min]
value=16
unit=bit
source=aggregators: 16 or better 24 bit
date=2026-11-22
confidence=secondary

[channels]
value=2
source=stereo
date=2026-11-22
confidence=secondary

[silence-head-max]
value=2
unit=s
source=practice: a song that starts later than this looks empty
date=2026-11-22
confidence=judgement

[ending]
value=silence
source=practice: a tail that is cut off is heard, unless the next song follows without a gap
date=2026-11-22
confidence=judgement

[decoded-peak]
value=0
unit=dBTP
source=a decoder that gives integers clips what is above
date=2026-11-22
confidence=standard

[tags]
value=title,artist
source=what players show
date=2026-11-22
confidence=judgement

[codecs]
value=aac:128,aac:256,mp3:128,mp3:320,opus:160,vorbis:160,vorbis:320
unit=kbit/s
source=what Spotify, Apple Music, YouTube, Deezer and Bandcamp send, see their profiles
date=2026-11-26
confidence=secondary
note=the default of headroom and --codec-safe; without the lowest rates

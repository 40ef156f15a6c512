# What is delivered where; every number with its source, date and confidence.
[profile]
id=spotify-loud
kind=platform
service=true
name=Spotify (Loud)
summary=Spotify when the listener chose the loud playback level

[loudness-target]
value=-11
unit=LUFS
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official
note=Spotify raises quieter music whatever its peaks are, through a limiter

[ceiling]
value=-2
unit=dBTP
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official
note=louder than -14 LUFS

[louder-is]
value=turned-down
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official

[quieter-is]
value=raised
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official

[raise-peak]
value=-1
unit=dBTP
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official
note=a limiter at -1 dB of sample peak, 5 ms attack, 100 ms decay

[album]
value=whole
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official

[codecs]
value=vorbis:96,vorbis:160,vorbis:320,aac:128,aac:256
unit=kbit/s
source=Spotify, Audio quality (support.spotify.com)
date=2026-11-26
confidence=official
note=Ogg Vorbis in the apps, AAC in the web player

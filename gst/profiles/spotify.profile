# What is delivered where; every number with its source, date and confidence.
[profile]
id=spotify
kind=platform
service=true
name=Spotify
summary=Spotify, at its normal playback level

[loudness-target]
value=-14
unit=LUFS
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official

[ceiling]
value=-1
unit=dBTP
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official

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
confidence=official

[quieter-is]
value=raised-to-peak
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official

[raise-peak]
value=-1
unit=dBTP
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official
note=-20 LUFS with a peak of -5 dBTP is raised to -16

[album]
value=whole
source=Spotify for Artists, Loudness normalization (support.spotify.com)
date=2026-11-22
confidence=official
note=one gain for an album; per track on shuffle and in playlists

[codecs]
value=vorbis:96,vorbis:160,vorbis:320,aac:128,aac:256
unit=kbit/s
source=Spotify, Audio quality (support.spotify.com)
date=2026-11-26
confidence=official
note=Ogg Vorbis in the apps, AAC in the web player

# What is delivered where; every number with its source, date and confidence.
[profile]
id=youtube
kind=platform
service=true
name=YouTube
summary=YouTube videos and music

[loudness-target]
value=-14
unit=LUFS
source=by measurement, the "Stats for nerds" of the player; there is no official page
date=2026-11-22
confidence=vendor

[ceiling]
value=-1
unit=dBTP
source=AESTD1008; no text of YouTube
date=2026-11-22
confidence=secondary

[louder-is]
value=turned-down
source=by measurement
date=2026-11-22
confidence=vendor

[quieter-is]
value=unchanged
source=by measurement
date=2026-11-22
confidence=vendor

[album]
value=track
source=by measurement
date=2026-11-22
confidence=vendor

[codecs]
value=aac:128,opus:160
unit=kbit/s
source=the formats that its players are offered
date=2026-11-26
confidence=secondary
note=Opus at about 130 to 160 kbit/s

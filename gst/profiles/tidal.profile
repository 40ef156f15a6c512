# What is delivered where; every number with its source, date and confidence.
[profile]
id=tidal
kind=platform
service=true
name=TIDAL
summary=TIDAL; it levels whole albums, by the loudest track

[loudness-target]
value=-14
unit=LUFS
source=MeterPlugs; Grimm, loudness normalisation study for TIDAL
date=2026-11-22
confidence=secondary
note=of the loudest track of the album

[ceiling]
value=-1
unit=dBTP
source=AESTD1008; no text of TIDAL
date=2026-11-22
confidence=secondary

[louder-is]
value=turned-down
source=Grimm study for TIDAL
date=2026-11-22
confidence=secondary

[quieter-is]
value=unchanged
source=Grimm study for TIDAL
date=2026-11-22
confidence=secondary

[album]
value=loudest-track
source=Grimm study for TIDAL
date=2026-11-22
confidence=secondary
note=always: also on shuffle

[codecs]
value=aac:96,aac:320
unit=kbit/s
source=TIDAL, sound quality settings (support.tidal.com)
date=2026-11-26
confidence=secondary
note=the lower quality settings; the others are lossless

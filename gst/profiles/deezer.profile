# What is delivered where; every number with its source, date and confidence.
[profile]
id=deezer
kind=platform
service=true
name=Deezer
summary=Deezer

[loudness-target]
value=-15
unit=LUFS
source=community pages of Deezer
date=2026-11-22
confidence=vendor

[ceiling]
value=-1
unit=dBTP
source=AESTD1008; no text of Deezer
date=2026-11-22
confidence=secondary

[louder-is]
value=turned-down
source=community pages of Deezer
date=2026-11-22
confidence=vendor

[quieter-is]
value=unchanged
source=community pages of Deezer; vendor pages disagree
date=2026-11-22
confidence=low

[album]
value=track
source=community pages of Deezer
date=2026-11-22
confidence=vendor

[codecs]
value=mp3:128,mp3:320
unit=kbit/s
source=Deezer, audio quality settings (support.deezer.com)
date=2026-11-26
confidence=official

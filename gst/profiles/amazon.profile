# What is delivered where; every number with its source, date and confidence.
[profile]
id=amazon
kind=platform
service=true
name=Amazon Music
summary=Amazon Music
aliases=amazon-music

[loudness-target]
value=-14
unit=LUFS
source=vendor pages; the official -14 LUFS is of Alexa skills (developer.amazon.com)
date=2026-11-22
confidence=vendor

[ceiling]
value=-2
unit=dBTP
source=developer.amazon.com, Alexa skills: true peak at most -2 dBTP
date=2026-11-22
confidence=official
note=text of Alexa, taken over for music

[louder-is]
value=turned-down
source=Production Advice
date=2026-11-22
confidence=vendor

[quieter-is]
value=unchanged
source=Production Advice; two vendor pages disagree
date=2026-11-22
confidence=low

[album]
value=track
source=not said
date=2026-11-22
confidence=low

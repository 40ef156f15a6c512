# What is delivered where; every number with its source, date and confidence.
[profile]
id=apple-podcasts
kind=platform
name=Apple Podcasts
summary=Podcasts for Apple
aliases=podcast

[loudness-target]
value=-16
unit=LUFS
source=Apple, audio requirements for podcasts: -16 LKFS +-1 dB
date=2026-11-22
confidence=official

[ceiling]
value=-1
unit=dBTP
source=Apple, audio requirements for podcasts
date=2026-11-22
confidence=official

[louder-is]
value=uncertain
source=not said
date=2026-11-22
confidence=low

[quieter-is]
value=uncertain
source=not said
date=2026-11-22
confidence=low

[loudness-tolerance]
value=1
unit=LU
source=Apple, audio requirements for podcasts: -16 LKFS +-1 dB
date=2026-11-22
confidence=official

[lossy]
value=accepted
source=Apple takes AAC and MP3 of podcasts
date=2026-11-22
confidence=secondary

[channels]
value=1-2
source=Apple, audio requirements for podcasts
date=2026-11-22
confidence=secondary

# What released music of this kind is like; every number with its source, date and confidence.
[profile]
id=speech
kind=genre
name=Speech
summary=Podcast and speech
aliases=voice

[loudness-target]
value=-16
unit=LUFS
source=judgement inside the range of practice
date=2026-11-22
confidence=judgement

[loudness-min]
value=-18
unit=LUFS
source=practice: dynamic end
date=2026-11-22
confidence=low

[loudness-max]
value=-16
unit=LUFS
source=practice: competitive end
date=2026-11-22
confidence=low

[psr-floor]
value=9
unit=dB
source=I. Shepherd, Dynameter: 8 dB is the floor in any genre
date=2026-11-22
confidence=secondary

[plr-min]
value=12
unit=dB
source=practice
date=2026-11-22
confidence=low

[plr-max]
value=15
unit=dB
source=practice
date=2026-11-22
confidence=low

[loudness-range-min]
value=3
unit=LU
source=practice
date=2026-11-22
confidence=low

[loudness-range-max]
value=8
unit=LU
source=practice
date=2026-11-22
confidence=low

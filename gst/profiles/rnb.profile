# What released music of this kind is like; every number with its source, date and confidence.
[profile]
id=rnb
kind=genre
name=R&B
summary=R&B and soul
aliases=r&b;soul

[loudness-target]
value=-12
unit=LUFS
source=judgement inside the range of practice
date=2026-11-22
confidence=judgement

[loudness-min]
value=-12
unit=LUFS
source=practice: dynamic end
date=2026-11-22
confidence=low

[loudness-max]
value=-9.5
unit=LUFS
source=practice: competitive end
date=2026-11-22
confidence=low

[psr-floor]
value=8
unit=dB
source=I. Shepherd, Dynameter: 8 dB is the floor in any genre
date=2026-11-22
confidence=secondary

[plr-min]
value=8
unit=dB
source=practice
date=2026-11-22
confidence=low

[plr-max]
value=12
unit=dB
source=practice
date=2026-11-22
confidence=low

[loudness-range-min]
value=5
unit=LU
source=practice
date=2026-11-22
confidence=low

[loudness-range-max]
value=9
unit=LU
source=practice
date=2026-11-22
confidence=low

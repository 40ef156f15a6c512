# What released music of this kind is like; every number with its source, date and confidence.
[profile]
id=ambient
kind=genre
name=Ambient
summary=Ambient

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
value=-14
unit=LUFS
source=practice: competitive end
date=2026-11-22
confidence=low

[psr-floor]
value=10
unit=dB
source=judgement, above the general floor of 8
date=2026-11-22
confidence=secondary

[released-median]
value=-14.1
unit=LUFS
source=Freshly Baked Studios, medians of 314,876 releases, read 1 dB low
date=2026-11-22
confidence=vendor

[plr-min]
value=13
unit=dB
source=practice
date=2026-11-22
confidence=low

[plr-max]
value=20
unit=dB
source=practice
date=2026-11-22
confidence=low

[loudness-range-min]
value=6
unit=LU
source=practice
date=2026-11-22
confidence=low

[loudness-range-max]
value=20
unit=LU
source=practice
date=2026-11-22
confidence=low

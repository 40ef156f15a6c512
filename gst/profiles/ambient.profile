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

[tone-modifier]
frequency=40;63;100;160;315;630;1250;2500;5000;10000;16000
level=-1;0;0;0.5;1;0.5;0;-1;-2;-3;-3
unit=dB
source=judgement
date=2026-11-22
confidence=low
note=added to the target of released music, straight lines over log frequency; no per-genre spectra are openly published

[tone-tolerance]
value=2
unit=x
source=judgement: of this music any spectrum can be meant; the tolerance of released music times this
date=2026-11-22
confidence=low

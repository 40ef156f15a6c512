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

[tone-modifier]
frequency=40;63;100;160;315;630;1250;2500;5000;10000;16000
level=0.5;0.5;1;1.5;2;0.5;-0.5;-2;-1.5;-1.5;-1.5
unit=dB
source=a per-genre corridor specification (AIMM), treble halved
date=2026-11-22
confidence=low
note=added to the target of released music, straight lines over log frequency; no per-genre spectra are openly published

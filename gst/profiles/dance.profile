# What released music of this kind is like; every number with its source, date and confidence.
[profile]
id=dance
kind=genre
name=Dance and EDM
summary=House, techno, trance and other club music
aliases=edm;techno;house

[loudness-target]
value=-10
unit=LUFS
source=judgement inside the range of practice
date=2026-11-22
confidence=judgement

[loudness-min]
value=-10
unit=LUFS
source=practice: dynamic end
date=2026-11-22
confidence=low

[loudness-max]
value=-8
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

[released-median]
value=-8.7
unit=LUFS
source=Freshly Baked Studios, medians of 314,876 releases, read 1 dB low
date=2026-11-22
confidence=vendor

[plr-min]
value=6
unit=dB
source=practice
date=2026-11-22
confidence=low

[plr-max]
value=9
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
value=6
unit=LU
source=practice
date=2026-11-22
confidence=low

[tone-modifier]
frequency=40;63;100;160;315;630;1250;2500;5000;10000;16000
level=2;2;1;0;-1;-1;-0.5;0;0.5;1;1
unit=dB
source=judgement: more percussion goes with more bass and more treble (Elowsson and Friberg 2017)
date=2026-11-22
confidence=low
note=added to the target of released music, straight lines over log frequency; no per-genre spectra are openly published

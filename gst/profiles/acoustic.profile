# What released music of this kind is like; every number with its source, date and confidence.
[profile]
id=acoustic
kind=genre
name=Acoustic
summary=Singer-songwriter, folk, acoustic
aliases=folk;singer-songwriter

[loudness-target]
value=-14
unit=LUFS
source=judgement inside the range of practice
date=2026-11-22
confidence=judgement

[loudness-min]
value=-16
unit=LUFS
source=practice: dynamic end
date=2026-11-22
confidence=low

[loudness-max]
value=-13
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
value=11
unit=dB
source=practice
date=2026-11-22
confidence=low

[plr-max]
value=16
unit=dB
source=practice
date=2026-11-22
confidence=low

[loudness-range-min]
value=8
unit=LU
source=practice
date=2026-11-22
confidence=low

[loudness-range-max]
value=14
unit=LU
source=practice
date=2026-11-22
confidence=low

[tone-modifier]
frequency=40;63;100;160;315;630;1250;2500;5000;10000;16000
level=-6;-5;-3.5;-1;0;0.5;0.5;0;-1;-2;-2.5
unit=dB
source=judgement in the direction of Pestana et al. 2013 and Elowsson and Friberg 2017: less percussion, less bass and treble
date=2026-11-22
confidence=low
note=added to the target of released music, straight lines over log frequency; no per-genre spectra are openly published

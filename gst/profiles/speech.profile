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

# Instead of the target of released music.
[tone-target]
frequency=100;125;160;200;250;315;400;500;630;800;1000;1250;1600;2000;2500;3150;4000;5000;6300;8000;10000
level=-4.6;-1.3;-2.2;1.2;1.3;0;3.1;3.1;1.5;-2.2;-5.3;-6;-7;-10.3;-10.9;-12.2;-13.4;-14.5;-14.7;-15.6;-15.6
tolerance=8;8;8;5;5;5;4;4;4;4;4;4;4;4;5;5;5;5;6;6;6
judged-from=200
judged-to=8000
unit=dB
source=D. Byrne et al., JASA 96 (1994): long-term average speech spectrum of 12 languages, women and men; the tolerance is judgement
date=2026-11-22
confidence=secondary
note=below 200 Hz men and women differ, so there it is only looked at

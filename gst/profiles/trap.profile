# What released music of this kind is like; every number with its source, date and confidence.
[profile]
id=trap
kind=genre
name=Trap
summary=Trap

[loudness-target]
value=-11
unit=LUFS
source=judgement inside the range of practice
date=2026-11-22
confidence=judgement

[loudness-min]
value=-11
unit=LUFS
source=practice: dynamic end
date=2026-11-22
confidence=low

[loudness-max]
value=-8.5
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

[ceiling]
value=-2
unit=dBTP
source=practice: bass-heavy masters overshoot in codecs
date=2026-11-22
confidence=judgement

[plr-min]
value=7
unit=dB
source=practice
date=2026-11-22
confidence=low

[plr-max]
value=10
unit=dB
source=practice
date=2026-11-22
confidence=low

[loudness-range-min]
value=4
unit=LU
source=practice
date=2026-11-22
confidence=low

[loudness-range-max]
value=7
unit=LU
source=practice
date=2026-11-22
confidence=low

[tone-modifier]
frequency=40;63;100;160;315;630;1250;2500;5000;10000;16000
level=4.5;4;3;1.5;-0.5;-0.5;0;-1;-1;-1;-1.5
unit=dB
source=a per-genre corridor specification (AIMM), treble halved
date=2026-11-22
confidence=low
note=added to the target of released music, straight lines over log frequency; no per-genre spectra are openly published

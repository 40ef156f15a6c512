# What released music of this kind is like; every number with its source, date and confidence.
[profile]
id=classical
kind=genre
name=Classical
summary=Classical and orchestral
aliases=orchestral

[loudness-target]
value=-18
unit=LUFS
source=judgement inside the range of practice
date=2026-11-22
confidence=judgement

[loudness-min]
value=-23
unit=LUFS
source=practice: dynamic end
date=2026-11-22
confidence=low

[loudness-max]
value=-18
unit=LUFS
source=practice: competitive end
date=2026-11-22
confidence=low

[psr-floor]
value=12
unit=dB
source=judgement, above the general floor of 8
date=2026-11-22
confidence=secondary

[released-median]
value=-12.9
unit=LUFS
source=Freshly Baked Studios, medians of 314,876 releases, read 1 dB low
date=2026-11-22
confidence=vendor

[plr-min]
value=16
unit=dB
source=practice
date=2026-11-22
confidence=low

[plr-max]
value=22
unit=dB
source=practice
date=2026-11-22
confidence=low

[loudness-range-min]
value=12
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
level=-10;-8;-5;-1;0;0;0;-1;-2.5;-4;-5
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

[tone-amount]
value=0
unit=%
source=judgement: an orchestra's balance is the conductor's; --amount tone=50 asks for it all the same
date=2026-11-22
confidence=judgement

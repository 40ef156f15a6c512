# How a playback device changes what is played on it; every number with its source, date and confidence.
[profile]
id=club
kind=playback
name=club
place=in a club
summary=A club system: full range, mono below 120 Hz

[channels]
value=2
source=judgement
date=2026-11-23
confidence=judgement

[mono-below]
value=120
unit=Hz
source=judgement: subwoofers are fed in mono
date=2026-11-23
confidence=judgement

[expected-change]
value=0
unit=LU
source=computed from the tonal target of released music (1/3-octave bands, K-weighted) through this device
date=2026-11-23
confidence=judgement
note=what released music loses or gains here; the fold to mono is counted apart

[tolerance]
value=2
unit=LU
source=judgement: further away from what released music does is audible as another balance
date=2026-11-23
confidence=judgement

[mono-change-min]
value=-3.3
unit=LU
source=two unrelated channels lose 10 log10 2 = 3.01 dB when folded to mono, give or take 0.3 dB; more is cancellation
date=2026-11-23
confidence=judgement

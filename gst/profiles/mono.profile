# How a playback device changes what is played on it; every number with its source, date and confidence.
[profile]
id=mono
kind=playback
name=mono
place=on one loudspeaker
summary=One loudspeaker for both channels: a kitchen radio, a shop ceiling, a smart speaker

[channels]
value=1
source=by definition
date=2026-11-23
confidence=standard

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

# How a playback device changes what is played on it; every number with its source, date and confidence.
[profile]
id=phone
kind=playback
name=phone
place=on a phone
summary=The loudspeaker of a phone: mono, no bass

[channels]
value=1
source=auditaudio.co and film-und-ton.de: below 200 to 300 Hz nothing is heard, one loudspeaker
date=2026-11-23
confidence=vendor

[highpass-frequency]
value=300
unit=Hz
source=auditaudio.co and film-und-ton.de: below 200 to 300 Hz nothing is heard, one loudspeaker
date=2026-11-23
confidence=vendor

[highpass-order]
value=4
source=judgement: small closed loudspeakers fall by 24 dB per octave with their box and protection filter
date=2026-11-23
confidence=judgement

[lowpass-frequency]
value=12000
unit=Hz
source=judgement
date=2026-11-23
confidence=judgement

[lowpass-order]
value=2
source=judgement
date=2026-11-23
confidence=judgement

[expected-change]
value=-3.4
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

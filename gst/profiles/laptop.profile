# How a playback device changes what is played on it; every number with its source, date and confidence.
[profile]
id=laptop
kind=playback
name=laptop
place=on a laptop
summary=The loudspeakers of a laptop: stereo, little bass

[channels]
value=2
source=masteringbox.com: small loudspeakers are of use from 200 to 400 Hz up
date=2026-11-23
confidence=vendor

[highpass-frequency]
value=180
unit=Hz
source=masteringbox.com: small loudspeakers are of use from 200 to 400 Hz up
date=2026-11-23
confidence=vendor

[highpass-order]
value=3
source=judgement
date=2026-11-23
confidence=judgement

[lowpass-frequency]
value=15000
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
value=-2.3
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

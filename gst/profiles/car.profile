# How a playback device changes what is played on it; every number with its source, date and confidence.
[profile]
id=car
kind=playback
name=car
place=in a car
summary=A car at speed: bass is lifted, quiet passages drown in the noise

[channels]
value=2
source=judgement
date=2026-11-23
confidence=judgement

[shelf-frequency]
value=90
unit=Hz
source=judgement: cabin gain; reports disagree
date=2026-11-23
confidence=low
note=the middle of the shelf

[shelf-gain]
value=6
unit=dB
source=judgement: cabin gain; reports disagree
date=2026-11-23
confidence=low

[noise-level]
value=-40
unit=LU
source=judgement: music played loud against the noise of the road
date=2026-11-23
confidence=low
note=loudness of the noise relative to the integrated loudness of the music

[noise-lowpass]
value=200
unit=Hz
source=judgement: noise of road and engine falls above a few hundred hertz
date=2026-11-23
confidence=low

[drowned-max]
value=10
unit=%
source=judgement
date=2026-11-23
confidence=judgement
note=share of the time that may be quieter than the noise

[expected-change]
value=1.5
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

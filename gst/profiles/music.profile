# What the spectrum of released music is like, and what is done about a mix that is not; every number with its source,
# date and confidence. A genre adds its [tone-modifier] to the target.
[profile]
id=music
kind=tone
name=released music
summary=The tonal balance of released music, and from when on a mix is called muddy, harsh, dull ...

# 1/3-octave levels in dB relative to the median of 200 Hz to 2 kHz; within the tolerance (to either side) nothing is moved.
[tone-target]
frequency=20;25;31.5;40;50;63;80;100;125;160;200;250;315;400;500;630;800;1000;1250;1600;2000;2500;3150;4000;5000;6300;8000;10000;12500;16000;20000
level=-13;-9;-5;-1;2.5;4.5;5.2;5.0;4.0;2.7;2.1;1.9;1.7;1.1;0.5;0;-0.7;-1.5;-2.4;-3.0;-3.8;-4.4;-5.1;-6.0;-6.8;-7.9;-9.0;-10.5;-13.4;-17.6;-24.2
tolerance=8;8;7;6;5.5;5;5;4.5;4;3.5;3;3;2.5;2.5;2;2;2;2.5;2.5;2.5;3;3;3;3.5;3.5;4;4;4.5;5;6;8
judged-from=63
judged-to=12500
unit=dB
source=judgement between A. Elowsson and A. Friberg, AES 142 paper 9762 (2017): mean of 12,345 tracks, and the shimmer project's captures of contemporary releases (github.com/henricksmedia/shimmer); tolerance: 16th to 84th percentile of those, 2 dB at least
date=2026-11-22
confidence=judgement
note=200 Hz to 2 kHz is sure, 2 to 10 kHz differs by 3 dB between sources, what is below 63 Hz and above 12.5 kHz is only looked at; slope 100 Hz to 4 kHz: -4.9 dB per octave and Hz (P. Pestana et al., AES 135 paper 8960: -5)

[tone-amount]
value=50
unit=%
source=practice: half of the way, a good master does not sound equalised
date=2026-11-22
confidence=judgement

[max-move]
value=2
unit=dB
source=practice: moves of 0.5 to 1.5 dB are usual; more than 2 to 4 dB is a problem that a stereo master cannot fix
date=2026-11-22
confidence=secondary

[max-move-reference]
value=3
unit=dB
source=B. Ludwig: 3 dB is already a lot
date=2026-11-22
confidence=secondary
note=when a reference was named, the wish is clearer than any target

# From when on a fault has a name.
[mud]
value=3
unit=dB
source=judgement: 200 to 500 Hz against 630 Hz to 2 kHz, more than the target's; the range is that of practice (100 to 300 Hz, iZotope; 300 to 500 boxy, B. Owsinski)
date=2026-11-22
confidence=judgement

[harsh]
value=3
unit=dB
source=judgement: 2 to 5 kHz against 500 Hz to 1.6 kHz, more than the target's; the range is that of practice
date=2026-11-22
confidence=judgement

[treble]
value=4
unit=dB
source=judgement: mean of 6.3 to 12.5 kHz from the target, above is bright and below is dull
date=2026-11-22
confidence=judgement

[mix-problem]
value=5
unit=dB
source=judgement: further outside the tolerance than this, anywhere, is a matter of the mix
date=2026-11-22
confidence=judgement

# What is delivered where; every number with its source, date and confidence.
[profile]
id=vinyl
kind=platform
name=Vinyl
summary=A pre-master for a record: dynamic, the bass in the middle, no harsh side; the cut sets the level
aliases=lacquer;record

[loudness-target]
value=-18
unit=LUFS
source=judgement: the lathe sets the level, so the file keeps its peaks (15 dB over its loudness)
date=2026-11-24
confidence=judgement

[ceiling]
value=-3
unit=dBTP
source=judgement: plants ask for peaks of at most 0 dBTP; -3 leaves the cutting engineer room
date=2026-11-24
confidence=judgement

[psr-floor]
value=10
unit=dB
source=judgement: plants ask for a master without brickwall limiting
date=2026-11-24
confidence=judgement

[limiter-budget]
value=1
unit=dB
source=judgement: plants ask for a master without brickwall limiting
date=2026-11-24
confidence=judgement

[bass-mono]
value=150
unit=Hz
source=predisc and 16kilohertz: centred below 150 Hz; Furnace: below 100 Hz
date=2026-11-24
confidence=vendor
note=no standard says it, and engineers disagree: it is done only where the bass is not in the middle

[bass-in-phase]
value=300
unit=Hz
source=wolfpack and xvinylx: in phase below 300 Hz
date=2026-11-24
confidence=vendor
note=an out-of-phase bass moves the stylus up and down, out of the groove

[side-limit]
value=6
unit=dB
source=judgement: plants warn of strong highs in the sides, which distort towards the inner groove
date=2026-11-24
confidence=judgement
note=how far the side stays under the middle above 10 kHz

[sample-rate-max]
value=96000
unit=Hz
source=plants: native rate, 44.1 to 96 kHz
date=2026-11-24
confidence=vendor

[bit-depth-min]
value=24
unit=bit
source=plants: 24 bit
date=2026-11-24
confidence=vendor

[louder-is]
value=unchanged
source=the cutting engineer sets the level
date=2026-11-24
confidence=vendor

[quieter-is]
value=unchanged
source=the cutting engineer sets the level
date=2026-11-24
confidence=vendor

[lossy]
value=refused
source=plants ask for WAV
date=2026-11-24
confidence=vendor

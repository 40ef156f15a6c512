# What released music of this kind is like; every number with its source, date and confidence.
[profile]
id=afrobeats
kind=genre
name=Afrobeats
summary=Afrobeats
aliases=afrobeat;afro

[tone-modifier]
frequency=40;63;100;160;315;630;1250;2500;5000;10000;16000
level=2;2;1.5;1;0;0;0;-0.5;0;0;-0.5
unit=dB
source=a per-genre corridor specification (AIMM)
date=2026-11-22
confidence=low
note=added to the target of released music, straight lines over log frequency; no per-genre spectra are openly published

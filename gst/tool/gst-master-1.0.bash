# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# bash completion for gst-master-1.0

_gst_master_1_0_profiles() { # prints the ids of one kind: Platforms, Genres, Devices or Tonal targets
  gst-master-1.0 profiles 2>/dev/null | awk -v kind="$1" '/^[A-Z]/ { on = $1 == kind; next } on && /^  / { print $1 }'
}

_gst_master_1_0() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} head
  local options='--output= --for= --genre= --codec-safe --dynamics= --stereo= --amount= --reference= --reference-weights=
    --max-move= --no-eq --target= --ceiling= --format= --rate= --dither= --limiter-budget= --psr-floor=
    --settings= --save-settings= --dry-run --force --stream= --jobs= --accept-damaged --json --quiet --help'
  COMPREPLY=()

  if [ "$COMP_CWORD" = 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W 'master analyze translate headroom check profiles --help --version' -- "$cur")
    return
  fi
  if [ "$cur" = = ]; then # bash splits words at the equals sign
    cur=
  elif [ "$prev" = = ]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  head=
  case $cur in
    *,*) head=${cur%,*}, ;; # a list: complete its last word
  esac
  case $prev in
    --for)
      local kind=Platforms
      [ "$command" = translate ] && kind=Devices
      mapfile -t COMPREPLY < <(compgen -P "$head" -W "$(_gst_master_1_0_profiles $kind)" -- "${cur##*,}")
      return ;;
    --genre)
      mapfile -t COMPREPLY < <(compgen -W "$(_gst_master_1_0_profiles Genres)" -- "$cur")
      return ;;
    --format)
      mapfile -t COMPREPLY < <(compgen -P "$head" -W 'wav wav16 wav32f flac flac16 mp3 aac opus vorbis' -- "${cur##*,}")
      return ;;
    --dynamics)
      mapfile -t COMPREPLY < <(compgen -W 'off gentle normal dense' -- "$cur")
      return ;;
    --codecs | --codec-safe)
      mapfile -t COMPREPLY < <(compgen -P "$head" -W 'aac:128 aac:256 mp3:128 mp3:320 opus:160 vorbis:160 vorbis:320' -- "${cur##*,}")
      return ;;
    --stereo)
      mapfile -t COMPREPLY < <(compgen -W 'off safe wide' -- "$cur")
      return ;;
    --dither)
      mapfile -t COMPREPLY < <(compgen -W 'tpdf none shaped' -- "$cur")
      return ;;
    --rate)
      mapfile -t COMPREPLY < <(compgen -W '44100 48000 88200 96000 176400 192000' -- "$cur")
      return ;;
  esac
  case $command in
    analyze) options='--genre= --album --json --technical --quiet --stream= --jobs= --accept-damaged --help' ;;
    headroom)
      options='--codecs= --for= --decoded-ceiling= --quick --thorough --json --quiet --stream= --accept-damaged --help' ;;
    check) options='--for= --codecs --strict --json --quiet --jobs= --help' ;;
    translate) options='--output= --for= --format= --force --stream= --jobs= --accept-damaged --json --quiet --help' ;;
    profiles)
      options='--json --help'
      if [[ $cur != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_gst_master_1_0_profiles Platforms) $(_gst_master_1_0_profiles Genres) $(_gst_master_1_0_profiles Devices) $(
          _gst_master_1_0_profiles Tonal)" \
          -- "$cur")
        return
      fi ;;
  esac
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
    return
  fi
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

complete -F _gst_master_1_0 gst-master-1.0

#!/bin/sh
# After `meson install`: say how GStreamer finds the plugin when the prefix is not /usr.
dir="${MESON_INSTALL_PREFIX:-/usr/local}/$1"
case "$MESON_INSTALL_PREFIX" in
  /usr) ;;
  *)
    echo
    echo "GStreamer does not look in this prefix by itself. Before using the elements:"
    echo "  export GST_PLUGIN_PATH=$dir"
    echo "  export GST_PRESET_PATH=${MESON_INSTALL_PREFIX:-/usr/local}/share/gstreamer-1.0/presets"
    ;;
esac

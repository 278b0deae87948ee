#!/bin/sh
# Removes the ReLU Lab that this file belongs to. Sessions and settings stay.
set -eu

program="$(cd "$(dirname "$0")" && pwd)"
prefix="$(cd "$program/../.." && pwd)"
shared="$prefix/share"

# The desktop learns of what came or went; where a tool is missing, it notices by itself at the next login.
refresh() {
    if command -v update-desktop-database >/dev/null 2>&1; then
        update-desktop-database "$shared/applications" >/dev/null 2>&1 || true
    fi
    if command -v update-mime-database >/dev/null 2>&1; then
        update-mime-database "$shared/mime" >/dev/null 2>&1 || true
    fi
}

if [ "${1:-}" = --refresh-only ]; then
    refresh
    exit 0
fi
case "$program" in
    */lib/relulab) ;;
    *) printf 'ReLU Lab: %s was not installed by the .run file; it is left alone.\n' "$program" >&2; exit 1 ;;
esac
cd /
rm -rf "$program" "$program".new.* # and what interrupted installations have left
if [ -L "$prefix/bin/relulab" ]; then rm -f "$prefix/bin/relulab"; fi
rm -f "$shared/applications/relulab.desktop" "$shared/mime/packages/relulab.xml"
rm -f "$shared/metainfo/org.relulab.ReLULab.metainfo.xml" "$shared/icons/hicolor/scalable/apps/relulab.svg"
refresh
printf 'ReLU Lab is removed from %s. Your sessions and settings are where they were.\n' "$prefix"

#!/bin/sh
# The last step of the .run file, done in the folder that makeself has unpacked: put the program into its place.
# RELULAB_PREFIX is where to install (default: ~/.local); makeself has unpacked beside the place already.
set -eu
umask 022

unpacked="$PWD"
prefix="${RELULAB_PREFIX:-$HOME/.local}"
case "$prefix" in /*) ;; *) prefix="$USER_PWD/$prefix" ;; esac
program="$prefix/lib/relulab"
shared="$prefix/share"
entry="$shared/applications/relulab.desktop"
trap 'cd /; rm -rf "$unpacked"' EXIT # unless it has become the program
trap 'exit 130' INT TERM

say() { printf '%s\n' "$*"; }
fail() { printf 'ReLU Lab: %s\n' "$*" >&2; exit 1; }

# A path as the value of Exec in a desktop entry: quoted, with \ " ` $ escaped for the shell-like quoting and each
# backslash doubled for the string; a % stands for itself when doubled.
quoted() { printf '%s' "$1" | sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g' -e 's/^/"/' -e 's/$/"/'; }

integrate() {
    mkdir -p "$shared/applications" "$shared/mime/packages" "$shared/metainfo" "$shared/icons/hicolor/scalable/apps"
    exec_path="$(quoted "$program/relulab")"
    while IFS= read -r line; do
        case "$line" in
            Exec=*) printf 'Exec=%s %%f\n' "$exec_path" ;;
            TryExec=*) ;;
            *) printf '%s\n' "$line" ;;
        esac
    done < "$program/share/relulab.desktop" > "$entry"
    cp "$program/share/relulab-mime.xml" "$shared/mime/packages/relulab.xml"
    cp "$program/share/org.relulab.ReLULab.metainfo.xml" "$shared/metainfo/"
    cp "$program/share/relulab.svg" "$shared/icons/hicolor/scalable/apps/relulab.svg"
    sh "$program/uninstall.sh" --refresh-only
}

[ "$(uname -m)" = x86_64 ] || fail "this file is for x86_64 processors; this is $(uname -m)."
if [ -d "$program" ]; then
    [ -f "$program/uninstall.sh" ] || fail "$program is something else; it is left alone."
    rm -rf "$program" # the whole older version: no file of it can be found by the new one
fi
find . -type d -exec chmod 755 {} + # tar made them as the user's umask says
mkdir -p "$prefix/bin" "$prefix/lib"
cd /
mv "$unpacked" "$program"
rm -rf "$program".new.* # of installations that were interrupted
ln -sf ../lib/relulab/relulab "$prefix/bin/relulab"
integrate
say "Done. Start ReLU Lab from the menu, or with: $prefix/bin/relulab"
say "To remove it: sh \"$program/uninstall.sh\""

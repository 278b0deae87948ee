#!/bin/sh
# ReLU Lab @VERSION@: installs itself into your home. No administrator, no network.
#
#   sh relulab-@VERSION@-linux-x86_64.run [--prefix DIR] [--uninstall] [--check]
#
# --prefix DIR   where to install (default: ~/.local); the program goes to DIR/lib/relulab
# --uninstall    remove the program; sessions and settings stay
# --check        only check that this file is complete
set -eu
umask 022

VERSION="@VERSION@"
PAYLOAD_LINE="@PAYLOAD_LINE@"
PAYLOAD_SHA256="@PAYLOAD_SHA256@"

say() { printf '%s\n' "$*"; }
fail() { printf 'ReLU Lab: %s\n' "$*" >&2; exit 1; }
usage() { sed -n '2,9s/^# \{0,1\}//p' "$0"; }

prefix="${HOME:?The variable HOME is not set.}/.local"
action=install
while [ $# -gt 0 ]; do
    case "$1" in
        --prefix) [ $# -ge 2 ] || fail "--prefix needs a folder."; prefix="$2"; shift ;;
        --prefix=*) prefix="${1#--prefix=}" ;;
        --uninstall) action=uninstall ;;
        --check) action=check ;;
        -h|--help) usage; exit 0 ;;
        *) fail "unknown option $1 (see --help)." ;;
    esac
    shift
done
case "$prefix" in /*) ;; *) prefix="$PWD/$prefix" ;; esac

program="$prefix/lib/relulab"
shared="$prefix/share"
entry="$shared/applications/relulab.desktop"

payload() { tail -n "+$PAYLOAD_LINE" "$0"; }

check() {
    command -v sha256sum >/dev/null 2>&1 || return 0
    found="$(payload | sha256sum | cut -d' ' -f1)"
    [ "$found" = "$PAYLOAD_SHA256" ] || fail "this file is damaged or was not copied completely. Copy it again."
}

# A path as the value of Exec in a desktop entry: quoted, with \ " ` $ escaped for the shell-like quoting and each
# backslash doubled for the string; a % stands for itself when doubled.
quoted() { printf '%s' "$1" | sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g' -e 's/^/"/' -e 's/$/"/'; }

install() {
    [ "$(uname -m)" = x86_64 ] || fail "this file is for x86_64 processors; this is $(uname -m)."
    command -v tar >/dev/null 2>&1 || fail "the program tar is missing."
    command -v xz >/dev/null 2>&1 || fail "the program xz is missing (Debian: xz-utils)."
    check
    new="$prefix/lib/relulab.new.$$"
    mkdir -p "$new" "$prefix/bin" || fail "you may not write to $prefix. Choose another folder with --prefix."
    trap 'rm -rf "$new"' EXIT
    trap 'exit 130' INT TERM
    say "Unpacking ReLU Lab $VERSION to $program ..."
    payload | xz -dc | tar -xf - -C "$new" || fail "unpacking failed. Is the disk full? About 800 MB are needed."
    if [ -d "$program" ]; then
        [ -f "$program/uninstall.sh" ] || fail "$program is something else; it is left alone."
        rm -rf "$program" # the whole older version: no file of it can be found by the new one
    fi
    mv "$new" "$program"
    ln -sf ../lib/relulab/relulab "$prefix/bin/relulab"
    integrate
    say "Done. Start ReLU Lab from the menu, or with: $prefix/bin/relulab"
    say "To remove it: sh \"$program/uninstall.sh\""
}

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

case "$action" in
    install) install ;;
    check) check; say "This file is complete." ;;
    uninstall)
        [ -f "$program/uninstall.sh" ] || fail "nothing is installed in $program."
        sh "$program/uninstall.sh"
        ;;
esac
exit 0

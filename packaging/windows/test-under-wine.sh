#!/bin/sh
# The logic of the Windows installer, tried under Wine with a stand-in payload: install, upgrade, uninstall.
#
#   packaging/windows/test-under-wine.sh OLD-SETUP NEW-SETUP
#
# The two setups are made by packaging/nsis.py with stand-ins of generation 1 and 2. Needs wine (64 bit).
set -u

old="$1"
new="$2"
WINEPREFIX="$(mktemp -d)/prefix"
export WINEPREFIX WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml="
failed=0

check() { # check TEXT COMMAND...: the command must succeed
    text="$1"
    shift
    if "$@" >/dev/null 2>&1; then echo "ok      $text"; else echo "FAILED  $text"; failed=1; fi
}
absent() { [ ! -e "$1" ]; }
settled() { wineserver --wait; } # setups go on in a copy of themselves
in_registry() { wine reg query "$1" /ve 2>/dev/null | tr -d '\r' | grep -qF "$2"; }
not_in_registry() { ! wine reg query "$1" >/dev/null 2>&1; }

wineboot --init >/dev/null 2>&1
settled
home="$WINEPREFIX/drive_c/users/$(id -un)"
standard="$home/AppData/Local/Programs/ReLU Lab"
chosen="$WINEPREFIX/drive_c/Schüler Programme/ReLU Lab"
uninstall_key='Software\Microsoft\Windows\CurrentVersion\Uninstall\ReLULab'
command_key='Software\Classes\ReLULab.Session\shell\open\command'

wine "$old" /S >/dev/null 2>&1; settled
check "per user by default" test -f "$standard/relulab.exe"
check "the association" in_registry "HKCU\\$command_key" 'ReLU Lab\relulab.exe" "%1"'
check "listed for uninstalling" wine reg query "HKCU\\$uninstall_key" /v QuietUninstallString

mkdir -p "$home/AppData/Local/relulab"
echo "{}" > "$home/AppData/Local/relulab/settings.json"
echo "mine" > "$standard/my session.relulab"
wine "$new" /S >/dev/null 2>&1; settled
check "an upgrade brings the new DLL" test -f "$standard/_internal/only-in-2.dll"
check "an upgrade leaves no stale DLL" absent "$standard/_internal/only-in-1.dll"
check "an upgrade keeps the user's file" test -f "$standard/my session.relulab"

wine "$standard/uninstall.exe" /CurrentUser /S >/dev/null 2>&1; settled
check "uninstall removes the program" absent "$standard/relulab.exe"
check "uninstall removes its folders" absent "$standard/_internal"
check "uninstall keeps sessions" test -f "$standard/my session.relulab"
check "uninstall keeps settings" test -f "$home/AppData/Local/relulab/settings.json"
check "uninstall removes the association" not_in_registry "HKCU\\$command_key"
check "uninstall removes its entry" not_in_registry "HKCU\\$uninstall_key"

# Unquoted and last, as NSIS wants it: Wine would put quotes around one word with spaces.
wine "$new" /S '/D=C:\Schüler' 'Programme\ReLU' Lab >/dev/null 2>&1; settled
check "/D= is honoured, with a space and an accent" test -f "$chosen/relulab.exe"
check "and not the default" absent "$standard/relulab.exe"
wine "$chosen/uninstall.exe" /CurrentUser /S >/dev/null 2>&1; settled
check "its uninstall leaves nothing" absent "$chosen"

wine "$new" /AllUsers /S >/dev/null 2>&1; settled
check "/AllUsers: in Program Files" test -f "$WINEPREFIX/drive_c/Program Files/ReLU Lab/relulab.exe"
check "/AllUsers: the association" in_registry "HKLM\\$command_key" 'ReLU Lab\relulab.exe" "%1"'
wine "$WINEPREFIX/drive_c/Program Files/ReLU Lab/uninstall.exe" /AllUsers /S >/dev/null 2>&1; settled
check "/AllUsers: uninstall leaves nothing" absent "$WINEPREFIX/drive_c/Program Files/ReLU Lab"

rm -rf "$(dirname "$WINEPREFIX")"
exit "$failed"

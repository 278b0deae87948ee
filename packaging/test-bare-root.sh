#!/bin/sh
# Installs the .deb and the .run into a bare Debian and runs them there, as a school's account would.
#
#   sudo packaging/test-bare-root.sh DEB RUN [REPORTS]
#
# An ordinary user, LC_ALL=C, a home with a space and an accent, an install folder that nobody can write to; the
# self-test offscreen and under Xvfb with xcb, then a double click on a session, as the desktop does it. Needs root,
# debootstrap and network. REPORTS: a folder for the reports.
# ROOT names a bare Debian that is there already (it is changed!); SUITE another release than bookworm.
set -eu

deb="$(realpath "$1")"
run="$(realpath "$2")"
reports="${3:-}"
root="${ROOT:-$(mktemp -d)/debian}"
home="/home/Élève Un"
mounted=""

clean_up() {
    for place in $mounted; do umount --lazy "$place" || true; done
    if [ -z "${ROOT:-}" ]; then rm -rf "$root"; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
# As the user: nothing of this machine's environment, the plainest locale there is.
as_user() {
    chroot --userspec=eleve:eleve "$root" env -i PATH=/usr/bin:/bin HOME="$home" USER=eleve LC_ALL=C OMP_NUM_THREADS=1 \
        XDG_RUNTIME_DIR=/tmp/eleve "$@"
}
attach() { mount "$@"; for place in "$@"; do :; done; mounted="$place $mounted"; }
step() { printf '\n== %s\n' "$*"; }

self_test() { # self_test NAME PROGRAM: offscreen, then with xcb under Xvfb
    step "$1: offscreen"
    as_user "$2" --version
    checked as_user "$2" self-test --report "$home/Mes résultats/$1.json" --png "$home/Mes résultats/$1.png"
    step "$1: xcb under Xvfb"
    checked as_user QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1600x1000x24" "$2" \
        self-test --report "$home/Mes résultats/$1-xcb.json" --png "$home/Mes résultats/$1-xcb.png" \
        --session "$home/Mes résultats/Séance d'été $1.relulab"
    grep -q '"platform": "xcb"' "$root$home/Mes résultats/$1-xcb.json"
    double_click "$1" "$home/Mes résultats/Séance d'été $1.relulab"
}
double_click() { # double_click NAME FILE: the desktop finds type and program; the log tells what the window shows
    step "$1: a double click on a session"
    log="$home/.local/state/relulab/log/relulab.log"
    rm -rf "$root$home/.local/state/relulab" # nothing of an earlier window, nothing to recover
    as_user gio mime application/x-relulab-session | head -n 1
    as_user QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1600x1000x24" sh -c '
        gio open "$1"
        for second in $(seq 120); do
            if grep -q "opened .* runs: 1" "$2" 2> /dev/null; then exit 0; fi
            sleep 1
        done
        exit 1' sh "$2" "$log"
    grep -o "opened .*" "$root$log"
}
checked() { # the last line of the output, or all that is not ok
    code=0
    "$@" > "$root/tmp/output" 2>&1 || code=$?
    if [ "$code" = 0 ]; then tail -n 1 "$root/tmp/output"; else grep -v '^ok' "$root/tmp/output"; fi
    return "$code"
}
nothing_left() {
    for path in "$@"; do
        if [ -e "$root$path" ] || [ -L "$root$path" ]; then echo "left behind: $path"; exit 1; fi
    done
    echo "nothing is left"
}
locked() { # locked FOLDER COMMAND...: with the folder mounted read-only
    folder="$1"
    shift
    mount --bind "$root$folder" "$root$folder"
    mount -o remount,ro,bind "$root$folder"
    code=0
    "$@" || code=$?
    umount --lazy "$root$folder" # a child of the test may still be ending
    return "$code"
}

if [ ! -d "$root/usr" ]; then
    step "A bare Debian"
    debootstrap --variant=minbase "${SUITE:-bookworm}" "$root" > /dev/null
fi
attach -t proc proc "$root/proc"
attach --bind /dev "$root/dev"
mount --make-private "$root/dev" # what is mounted below it stays out of this machine's own /dev
attach -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
attach -t devpts devpts "$root/dev/pts"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp "$deb" "$root/tmp/relulab.deb"

step "The .deb with what it depends on, and nothing else"
inside apt-get update -q > /dev/null
inside apt-get install -q -y --no-install-recommends /tmp/relulab.deb > /dev/null
held=/usr/lib/relulab/_internal # the program tells the loader so when it starts
if inside LD_LIBRARY_PATH=$held ldd $held/PySide6/Qt/plugins/platforms/libqxcb.so | grep "not found"; then exit 1; fi
# For the test itself: a display, fonts (recommended by the package), xz for the .run, what a desktop opens files with.
inside apt-get install -q -y --no-install-recommends xvfb xauth fonts-dejavu-core xz-utils \
    libglib2.0-bin shared-mime-info desktop-file-utils > /dev/null
inside id eleve > /dev/null 2>&1 || inside useradd --home-dir "$home" --create-home --shell /bin/sh eleve
inside install -d -o eleve -m 700 /tmp/eleve "$home/Mes résultats"
locked /usr/lib/relulab self_test deb /usr/bin/relulab
step "The .deb is removed"
inside apt-get purge -q -y relulab > /dev/null
nothing_left /usr/lib/relulab /usr/bin/relulab

step "The .run, as the user"
file="$home/Téléchargements/relulab installer.run"
inside install -d -o eleve "$home/Téléchargements"
cp "$run" "$root$file"
as_user sh "$file" --check
as_user TMPDIR=/nowhere sh "$file" --noprogress # nothing is unpacked into /tmp
as_user sh "$file" --quiet # an upgrade over itself
locked "$home/.local/lib/relulab" self_test run "$home/.local/bin/relulab"
grep '^Exec=' "$root$home/.local/share/applications/relulab.desktop"
step "The .run is uninstalled"
inside install -d -o eleve "$home/.config" "$home/.config/relulab"
inside install -o eleve /dev/null "$home/.config/relulab/settings.json"
as_user sh "$home/.local/lib/relulab/uninstall.sh"
nothing_left "$home/.local/lib/relulab" "$home/.local/bin/relulab" "$home/.local/share/applications/relulab.desktop"
test -e "$root$home/.config/relulab/settings.json"
echo "the settings are still there"

if [ -n "$reports" ]; then
    mkdir -p "$reports"
    cp "$root$home/Mes résultats/"* "$reports"
fi
step "Both work in a bare Debian."

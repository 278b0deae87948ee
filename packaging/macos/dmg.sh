#!/bin/sh
# dist/relulab-VERSION.dmg from dist/ReLU Lab.app. PyInstaller has signed the program where SIGNING_IDENTITY was set (see
# relulab.spec); the image is signed and notarized too, with the account of NOTARY_APPLE_ID where that is set.
set -eu

cd "$(dirname "$0")/../.."
app="dist/ReLU Lab.app"
version="$(sed -n 's/^__version__ = "\(.*\)"/\1/p' relulab/edition.py)"
image="dist/relulab-$version-macos-$(uname -m).dmg"

codesign --verify --deep --strict "$app" # Apple's processors run nothing that is not signed at least ad hoc

staging="$(mktemp -d)"
trap 'rm -rf "$staging"' EXIT
cp -R "$app" "$staging/"
ln -s /Applications "$staging/Applications"
hdiutil create -volname "ReLU Lab" -srcfolder "$staging" -ov -format ULMO "$image"

if [ -n "${SIGNING_IDENTITY:-}" ]; then
    codesign --timestamp --sign "$SIGNING_IDENTITY" "$image"
fi
if [ -n "${SIGNING_IDENTITY:-}" ] && [ -n "${NOTARY_APPLE_ID:-}" ]; then
    xcrun notarytool submit "$image" --wait \
        --apple-id "$NOTARY_APPLE_ID" --team-id "$NOTARY_TEAM_ID" --password "$NOTARY_PASSWORD"
    xcrun stapler staple "$image"
fi
shasum -a 256 "$image" > "$image.sha256"

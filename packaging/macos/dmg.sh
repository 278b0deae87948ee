#!/bin/sh
# dist/relulab-VERSION.dmg from dist/ReLU Lab.app. Signed and notarized where SIGNING_IDENTITY and NOTARY_PROFILE are set.
set -eu

cd "$(dirname "$0")/../.."
app="dist/ReLU Lab.app"
version="$(sed -n 's/^__version__ = "\(.*\)"/\1/p' relulab/__init__.py)"
image="dist/relulab-$version-macos-$(uname -m).dmg"

if [ -n "${SIGNING_IDENTITY:-}" ]; then
    # torch compiles nothing at run time here, but Python's ctypes needs memory that it may execute.
    codesign --deep --force --timestamp --options runtime \
        --entitlements packaging/macos/entitlements.plist --sign "$SIGNING_IDENTITY" "$app"
    codesign --verify --deep --strict "$app"
fi

staging="$(mktemp -d)"
trap 'rm -rf "$staging"' EXIT
cp -R "$app" "$staging/"
ln -s /Applications "$staging/Applications"
hdiutil create -volname "ReLU Lab" -srcfolder "$staging" -ov -format ULMO "$image"

if [ -n "${SIGNING_IDENTITY:-}" ] && [ -n "${NOTARY_PROFILE:-}" ]; then
    codesign --timestamp --sign "$SIGNING_IDENTITY" "$image"
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
shasum -a 256 "$image" > "$image.sha256"

"""Icons, styles, presets, lessons and translations, read through importlib.resources."""

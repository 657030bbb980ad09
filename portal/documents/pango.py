"""Whether the libraries that draw PDFs are on this machine. No Django: `make demo` asks before it starts."""

import ctypes
import ctypes.util

# What WeasyPrint opens, under one of these names.
LIBRARIES = {
    "Pango": ("libpango-1.0.so.0", "pango-1.0"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "pangoft2-1.0"),
    "HarfBuzz": ("libharfbuzz.so.0", "harfbuzz"),
    "HarfBuzz subset": ("libharfbuzz-subset.so.0", "harfbuzz-subset"),
}
MEND = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def problem() -> str:
    """Return one line that says what is missing and what mends it; "" when PDFs can be made."""
    missing = [name for name, names in LIBRARIES.items() if not _is_there(names)]
    return f"PDFs cannot be made: {', '.join(missing)} not found. To have them: {MEND}" if missing else ""


def _is_there(names: tuple[str, ...]) -> bool:
    return any(_opens(name) for name in names) or any(ctypes.util.find_library(name) for name in names[1:])


def _opens(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True

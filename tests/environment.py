"""Read before the settings: tests hash as fast as they can, and as many at once as they like."""

import os
from pathlib import Path

os.environ.setdefault("PORTAIL_PROFILE", "test")
os.environ.setdefault("PORTAIL_ARGON2_KIB", "8")
os.environ.setdefault("PORTAIL_ARGON2_PASSES", "1")
os.environ.setdefault("PORTAIL_HASHES_AT_ONCE", "64")
os.environ.setdefault("PORTAIL_HASHES_WAITING", "64")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in the test's thread
os.environ.setdefault("PORTAIL_CDAP_KEYS_DIR", str(Path(__file__).parent / "cdap" / "cles"))

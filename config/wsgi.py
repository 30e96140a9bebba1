"""WSGI entry point of the portal."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What is loaded by now stays to the end: Python looks for what to free among the rest only, and less often.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)

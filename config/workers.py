"""Processes of a pool: what each does first. Nothing of the portal is imported here: Django is not set up yet."""

import os
import time
from threading import Thread

import django


def begin(parent: int) -> None:
    """Sets Django up, and ends with `parent`: a worker whose parent was killed would keep its connection for ever."""
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    django.setup()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)

"""The bare Django view: the product's database and pool, `startproject`'s middleware, nothing else of ours."""

from bench.peers.admin_settings import *  # noqa: F403

INSTALLED_APPS = [app for app in INSTALLED_APPS if "admin" not in app]  # noqa: F405
ROOT_URLCONF = "bench.peers.bare_urls"

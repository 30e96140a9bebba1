"""The bare Django view: the product's database and pool, no middleware but the session's."""

from config.settings import *  # noqa: F403

# allauth insists on its middleware, of which the bare view has no use.
INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("allauth")] + ["bench.peers"]  # noqa: F405
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
ROOT_URLCONF = "bench.peers.bare_urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

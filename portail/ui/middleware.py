"""Headers of every answer, and the two probes that orchestrators ask."""

from collections.abc import Callable

from csp.utils import build_policy
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

Handler = Callable[[HttpRequest], HttpResponse]
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
_UNSAFE_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")


class SecurityHeaders:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        # No page has a policy of its own: django-csp's middleware would compose the same one twice for each answer.
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY)
        if not request.path.startswith(settings.STATIC_URL):
            patch_cache_control(response, no_store=True, private=True)
        return response


class Probes:
    """`/livez`: the process answers. `/readyz`: it may be given work. No session, no detail told outside."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            ready = self.is_ready()
            return HttpResponse("ok\n" if ready else "indisponible\n", "text/plain", status=200 if ready else 503)
        return self.get_response(request)

    def is_ready(self) -> bool:
        """The base is asked each time; a server of tests may be quick rather than durable."""
        try:
            is_durable = self.is_durable()
            return self.has_migrated() and (settings.PROFILE == "test" or is_durable)
        except Error:
            return False

    def has_migrated(self) -> bool:
        if not self.migrated:
            executor = MigrationExecutor(connection)
            self.migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self.migrated

    def is_durable(self) -> bool:
        """An acknowledged write must survive a crash: the server's settings must promise it."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT bool_and(setting <> 'off') FROM pg_settings WHERE name = ANY(%s)", [list(_UNSAFE_SETTINGS)]
            )
            return bool(cursor.fetchone()[0])

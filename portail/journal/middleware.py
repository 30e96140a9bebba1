"""Gives each request a number, writes one log line for it, and journals its refusals."""

import logging
import time
import uuid
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portail.journal import actions
from portail.journal.events import CURRENT, RequestInfo
from portail.ui.pages import settled
from portail.ui.rules import Busy, Refused, Settled, Stale

logger = logging.getLogger("portail.request")
Handler = Callable[[HttpRequest], HttpResponse]


def client_address(request: HttpRequest) -> str:
    """The address as told by the nearest trusted proxy; without proxy, or when that is none, the peer's own."""
    proxies = settings.PORTAIL["TRUSTED_PROXIES"]
    forwarded = [a.strip() for a in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(forwarded) >= proxies and _is_address(forwarded[-proxies]):
        return forwarded[-proxies]
    return request.META.get("REMOTE_ADDR", "")[:45]


def _is_address(text: str) -> bool:
    try:
        return "%" not in text and bool(ip_address(text))
    except ValueError:
        return False


class RequestContext:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        info = RequestInfo(uuid.uuid4().hex, client_address(request))
        token = CURRENT.set(info)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
        finally:
            CURRENT.reset(token)
        response["X-Request-Id"] = info.request_id
        match = request.resolver_match
        logger.info(
            "request",
            extra={
                "request_id": info.request_id,
                "method": request.method,
                "view": match.view_name if match else "",
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return response


class Refusals:
    """Turns a rule's refusal into a page that says why, and has every refusal journalled."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if sentences := getattr(request, "refusals", None):
            match = request.resolver_match
            author = getattr(request, "acteur", None) or actions.SYSTEM
            actions.record_refusals(by=author, page=match.view_name if match else request.path, sentences=sentences)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            request.refusals = [*getattr(request, "refusals", []), str(exception)]  # type: ignore[attr-defined]
            if exception.args and isinstance(exception.args[0], Settled):
                return settled(request, exception.args[0])  # type: ignore[arg-type]
            return render(request, "403.html", {"refusal": str(exception), "remedy": _remedy(exception)}, status=403)
        if isinstance(exception, Stale):
            context = {"message": str(exception), "differences": exception.differences}
            return render(request, "409.html", context, status=409)
        if isinstance(exception, Busy):
            response = render(request, "503.html", status=503)
            response["Retry-After"] = str(exception.retry_after)
            return response
        return None


def _remedy(refused: Refused) -> tuple[str, str] | None:
    """Where the rule sends: a label and an address."""
    remedy = getattr(refused.args[0], "remedy", None) if refused.args else None
    return (remedy[0], reverse(remedy[1], args=remedy[2:])) if remedy else None

"""Which request is being served, for the journal and the logs."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class RequestInfo:
    request_id: str = ""
    address: str = ""


CURRENT: ContextVar[RequestInfo] = ContextVar("portail_request", default=RequestInfo())

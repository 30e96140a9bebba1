"""One JSON object per log line, found again by the number of its request, without a person nor a secret."""

import logging
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from portail.journal.events import CURRENT


class Line(JsonFormatter):
    """Adds the number of the request; leaves out its address, which may hold a name or the secret of a link."""

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        super().add_fields(log_data, record, message_dict)
        log_data.pop("request", None)
        log_data.setdefault("request_id", CURRENT.get().request_id)
        if record.name.startswith(("django.request", "django.security")):
            log_data["message"] = log_data["message"].partition(":")[0]  # « Internal Server Error: /address »

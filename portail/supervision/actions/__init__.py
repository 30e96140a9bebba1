"""What supervision writes: who wants to be told, and the figures of each month."""

from portail.supervision.actions.abonnements import follow, send_digests
from portail.supervision.actions.usages import record_usage

__all__ = ["follow", "record_usage", "send_digests"]

"""Reads of the mails."""

from django.db import models
from django.db.models import Q

from portail.courriels import events
from portail.courriels.models import Courriel


def courriels_about(*things: models.Model) -> models.QuerySet[Courriel]:
    """The mails that concern any of these rows, newest first."""
    condition = Q(pk=None)
    for thing in things:
        condition |= Q(subjects__contains=[f"{thing._meta.model_name}:{thing.pk}"])
    return Courriel.objects.filter(condition).order_by("-pk")


def courriels_about_both(one: models.Model, other: models.Model) -> models.QuerySet[Courriel]:
    """The mails that concern these two rows together, newest first."""
    names = [f"{thing._meta.model_name}:{thing.pk}" for thing in (one, other)]
    return Courriel.objects.filter(subjects__contains=names).order_by("-pk")


def label_of(kind: str) -> str:
    return events.KINDS[kind].label if kind in events.KINDS else kind

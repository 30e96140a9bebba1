"""Keeps what the screens keep no longer than it serves."""

from datetime import timedelta

from django.utils import timezone

from portail.ui.models import SubmittedForm


def purge_submitted_forms() -> int:
    """Forgets the forms carried out two days ago or more; how many."""
    forgotten, _ = SubmittedForm.objects.filter(submitted_at__lt=timezone.now() - timedelta(days=2)).delete()
    return forgotten

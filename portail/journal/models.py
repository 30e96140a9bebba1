"""The append-only journal: one row per act, refusal, sign-in or consultation."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now


class Result(models.TextChoices):
    DONE = "fait", "Fait"
    REFUSED = "refuse", "Refusé"


class NamedConvention(Func):
    """The only convention among the subjects, "*" when they name several, NULL when none."""

    function = "journal_convention"
    output_field = models.CharField(max_length=60)


class JournalEntry(models.Model):
    """One fact, written in the transaction that makes it true.

    `recorded_at` and `digest` are set by a database trigger, whatever the client sends;
    rows can be neither changed nor deleted. `subjects` name what the fact is about as `noun:pk`.
    """

    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    kind = models.CharField(max_length=80)
    result = models.CharField(max_length=8, choices=Result)
    by = models.CharField(max_length=40, help_text="identifiant, or « système »")
    by_label = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)
    request = models.CharField(max_length=36, blank=True)
    subjects = ArrayField(models.CharField(max_length=60))
    facts = models.JSONField(default=dict)
    digest = models.BinaryField(db_default=b"", editable=False)
    convention = models.GeneratedField(
        expression=NamedConvention(F("subjects")),
        output_field=models.CharField(max_length=60, null=True),
        db_persist=True,
    )

    class Meta:
        indexes = [
            GinIndex(fields=["subjects"], name="journal_entry_subjects"),
            models.Index(fields=["kind", "-id"], name="journal_entry_kind"),
            models.Index(fields=["by", "recorded_at", "id"], name="journal_entry_by"),
            models.Index(fields=["convention", "recorded_at", "id"], name="journal_entry_convention"),
            models.Index(
                fields=["convention", "recorded_at", "id"], name="journal_entry_refused", condition=Q(result="refuse")
            ),
            GinIndex(
                fields=["subjects"],
                name="journal_entry_acts",
                condition=~(Q(kind__endswith=".read") | Q(kind__endswith=".consulted")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class JournalSeal(models.Model):
    """Chains every entry up to `last_entry` to the seal before: an entry changed or removed breaks it."""

    sealed_at = models.DateTimeField(db_default=Now(), editable=False)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField(unique=True)
    entries = models.PositiveIntegerField()
    digest = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.first_entry}-{self.last_entry}"

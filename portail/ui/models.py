"""What the screens themselves keep."""

from django.db import models
from django.db.models.functions import Now


class SubmittedForm(models.Model):
    """A form already carried out: the same key again gets the same answer (double click, retry)."""

    owner = models.BigIntegerField(help_text="pk of the person who sent it")
    key = models.UUIDField()
    body = models.BinaryField(help_text="SHA-256 of what was posted")
    location = models.CharField(max_length=500, blank=True)
    submitted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="submitted_form_once")]
        indexes = [models.Index(fields=["submitted_at"], name="submitted_form_at")]

    def __str__(self) -> str:
        return str(self.key)

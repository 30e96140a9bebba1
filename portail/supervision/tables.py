"""The journal as a file: what its page tells, a column for each thing."""

import django_tables2 as tables
from django.utils import timezone

from portail.journal import events
from portail.journal.models import JournalEntry
from portail.ui.tables import Table


class JournalTable(Table):
    noun = "acte,actes"

    recorded_at = tables.Column("Date et heure")
    by = tables.Column("Auteur")
    organisation = tables.Column("Organisation")
    sentence = tables.Column("Acte", accessor="kind")
    result = tables.Column("Résultat", accessor="get_result_display")
    address = tables.Column("Adresse IP")

    class Meta:
        model = JournalEntry
        fields = ("recorded_at", "by", "organisation", "sentence", "result", "address")

    def value_recorded_at(self, record: JournalEntry) -> str:
        return f"{timezone.localtime(record.recorded_at):%d/%m/%Y %H:%M:%S}"

    def value_by(self, record: JournalEntry) -> str:
        return f"{record.by_label} ({record.by})"

    def value_sentence(self, record: JournalEntry) -> str:
        return events.sentence(record.kind, record.by_label, record.facts)

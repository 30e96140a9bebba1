"""Which attestation, of which month."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from portail.cdap.calculs.lecture import month
from portail.cdap.enums import KindAttestation
from portail.cdap.queries.attestations import months_before
from portail.ui.forms import Form


class AttestationForm(Form):
    kind = forms.ChoiceField(
        label="Attestation", widget=forms.RadioSelect, error_messages={"required": "Choisissez une attestation."}
    )
    mois = forms.ChoiceField(
        label="Mois des paiements",
        help_text="Pour une attestation de paiement : mois du droit, payé le mois suivant. Le quotient familial est "
        "toujours le dernier connu.",
    )

    def __init__(self, *args: Any, kinds: Sequence[KindAttestation], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        fields["kind"].initial = kinds[0].value if kinds else None
        months = months_before(on)
        fields["mois"].choices = [(each.isoformat(), month(each).capitalize()) for each in months]
        fields["mois"].initial = months[1].isoformat()
        if KindAttestation.PAIEMENT not in kinds:
            fields["mois"].widget = forms.HiddenInput()

    @property
    def chosen(self) -> KindAttestation:
        return KindAttestation(self.cleaned_data["kind"])

    @property
    def asked(self) -> date:
        return date.fromisoformat(self.cleaned_data["mois"])

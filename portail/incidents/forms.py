"""Forms of incidents: the shape of what is typed; rules decide."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from portail.incidents.actions import Signalement
from portail.incidents.enums import NatureIncident
from portail.ui.forms import DateField, Form

_WILL_COME = "Cette date est à venir : donnez le jour où vous vous en êtes aperçu."
_NATURES = {
    NatureIncident.PERTE: "Perte ou vol d'identifiants (mot de passe connu d'un autre, ordinateur perdu ou volé)",
    NatureIncident.CONNEXION: "Connexion inconnue (une connexion qui n'est pas de la personne)",
    NatureIncident.ACCES: "Accès anormal (des données consultées sans raison)",
    NatureIncident.HABILITATION: "Erreur d'habilitation (trop de droits, ou pas à la bonne personne)",
    NatureIncident.AUTRE: "Autre",
}


class SignalementForm(Form):
    """What happened, when it was noticed, what is concerned."""

    nature = forms.ChoiceField(
        label="Que se passe-t-il ?",
        choices=[(nature.value, label) for nature, label in _NATURES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui se passe."},
    )
    noticed_on = DateField(label="Constaté le", initial=timezone.localdate)
    recit = forms.CharField(
        label="Que s'est-il passé ?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Heure, appareil, message vu… N'écrivez ni mot de passe, ni donnée d'un allocataire.",
        error_messages={"required": "Dites en une phrase ce qui s'est passé."},
    )
    objet = forms.CharField(
        label="Ce qui est concerné",
        max_length=300,
        required=False,
        help_text="Par exemple : le groupe Accueil, le service Consulter un dossier, mon ordinateur portable.",
    )

    def clean_noticed_on(self) -> Any:
        noticed_on = self.cleaned_data["noticed_on"]
        if noticed_on > timezone.localdate():
            raise forms.ValidationError(_WILL_COME)
        return noticed_on

    @property
    def signalement(self) -> Signalement:
        return Signalement(**self.cleaned_data)


BREACH = [("", "À déterminer"), ("oui", "Oui"), ("non", "Non")]


class AnalyseForm(Form):
    """Is it a breach of personal data? From when on do the 72 hours run, and was the Cnil told?"""

    is_breach = forms.ChoiceField(
        label="Violation de données personnelles",
        choices=BREACH,
        required=False,
        help_text="Perte, divulgation ou accès non autorisé à des données personnelles (article 4 du RGPD).",
    )
    aware_on = DateField(
        label="La Caf en a connaissance depuis le",
        required=False,
        help_text="Les 72 heures de l'article 33 courent de là. Laissez vide : depuis le signalement.",
    )
    aware_time = forms.TimeField(
        label="Heure",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": "Saisissez une heure au format hh:mm, par exemple 14:30."},
    )
    notified_on = DateField(label="Notifiée à la Cnil le", required=False)

    def clean_is_breach(self) -> bool | None:
        return {"oui": True, "non": False}.get(self.cleaned_data["is_breach"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        today = timezone.localdate()
        for name in ("aware_on", "notified_on"):
            day = self.cleaned_data.get(name)
            if day is not None and day > today:
                self.add_error(name, "Cette date est à venir.")
        return cleaned

    @property
    def qualification(self) -> dict[str, Any]:
        typed = self.cleaned_data
        aware_on = typed["aware_on"]
        hour = typed["aware_time"] or datetime.min.time()
        aware_at = timezone.make_aware(datetime.combine(aware_on, hour)) if aware_on else None
        return {"is_breach": typed["is_breach"], "aware_at": aware_at, "notified_on": typed["notified_on"]}


class CloseIncidentForm(AnalyseForm):
    """What was found and done; whether it was a breach has to be said by now."""

    conclusion = forms.CharField(
        label="Conclusion",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites ce qui a été établi."},
    )
    mesures = forms.CharField(
        label="Mesures prises",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites ce qui a été fait, même « aucune »."},
    )
    is_harmless = forms.BooleanField(
        label="Sans notification à la Cnil : risque improbable pour les personnes, la conclusion dit pourquoi",
        required=False,
    )
    field_order = ("conclusion", "mesures", "is_breach", "aware_on", "aware_time", "notified_on", "is_harmless")

    def clean_is_breach(self) -> bool | None:
        is_breach = super().clean_is_breach()
        if is_breach is None:
            raise forms.ValidationError("Dites si c'est une violation de données personnelles avant de clore.")
        return is_breach

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        typed = self.cleaned_data
        if typed.get("is_breach") and not typed.get("notified_on") and not typed["is_harmless"]:
            self.add_error("notified_on", "Dites quand la Cnil a été avertie, ou cochez que le risque est improbable.")
        return cleaned


class NoteForm(Form):
    text = forms.CharField(
        label="Ajouter une note",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez votre note."},
    )


class CafNoteForm(NoteForm):
    is_internal = forms.BooleanField(label="Réservée à la Caf", required=False)

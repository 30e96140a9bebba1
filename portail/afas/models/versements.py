"""The money: by which rule it is due, what is due, to which account, in which lot, what the bank answered."""

from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from portail.afas.definitions import type_of
from portail.afas.enums import OWED, EtatCompte, EtatLot, EtatVersement, NatureVersement, RoleProfil
from portail.afas.models.activites import Activite, Profil
from portail.afas.models.droits import Droit
from portail.afas.roles import HABILITER
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf, Organisme
from portail.ui.templatetags.ui import euros

_E = EtatVersement
READ_BY = (RoleProfil.FINANCES, RoleProfil.APPROBATEUR)


class RegleAcompte(models.Model):
    """How a Caf pays in advance in an exercice: its ranks, and the share of the right never exceeded.

    Without `type` it holds for every type of activité that has none of its own. Never changed: the newest counts.
    """

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="regles_acompte")
    exercice = models.PositiveSmallIntegerField()
    type = models.SlugField("type d'activité", max_length=20, blank=True)
    plafond = models.DecimalField(max_digits=5, decimal_places=2)
    source = models.CharField(max_length=300)
    entered_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="saisie par")
    entered_at = models.DateTimeField("saisie le", db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(plafond__gt=0, plafond__lte=100), name="regle_acompte_plafond"),
            models.CheckConstraint(condition=~Q(source=""), name="regle_acompte_has_a_source"),
            models.CheckConstraint(condition=Q(exercice__gte=2000, exercice__lte=2100), name="regle_acompte_exercice"),
        ]
        indexes = [models.Index(fields=["caf", "exercice", "type"], name="regle_acompte_place")]

    def __str__(self) -> str:
        return f"{self.exercice} {self.type}".strip()

    @property
    def type_label(self) -> str:
        return type_of(self.type).libelle if self.type else "Tous les types"


class RangAcompte(models.Model):
    """One acompte of a rule: its share of the right, and from which day it is paid."""

    regle = models.ForeignKey(RegleAcompte, models.PROTECT, related_name="rangs")
    rang = models.PositiveSmallIntegerField()
    taux = models.DecimalField(max_digits=5, decimal_places=2)
    due_on = models.DateField("payable à partir du")

    class Meta:
        ordering = ["regle", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["regle", "rang"], name="rang_acompte_once"),
            models.CheckConstraint(condition=Q(taux__gt=0, taux__lte=100), name="rang_acompte_taux"),
        ]

    def __str__(self) -> str:
        return f"{self.regle_id} {self.rang}"


class CompteBancaireQuerySet(models.QuerySet["CompteBancaire"]):
    def visible_to(self, acteur: Any) -> Self:
        """Those its Caf keeps; for a partner, those of the organisation that he administers or gives profiles for."""
        if acteur.caf is not None:
            return self.filter(caf=acteur.caf)
        return self.filter(organisme__conventions__in=overseen(acteur)).distinct()


def habilitated(acteur: Any) -> set[int]:
    """The conventions under which he gives profiles."""
    return {right.convention for right in acteur.rights if right.role == HABILITER.code}


def overseen(acteur: Any) -> set[int]:
    """The conventions of which he reads the bank accounts: administered, or under which he gives profiles."""
    return acteur.administered | habilitated(acteur)


def masked(iban: str) -> str:
    """« FR76 … 0189 »: enough to recognise it, too little to use it."""
    return f"{iban[:4]} … {iban[-4:]}"


class CompteBancaire(models.Model):
    """Where a Caf pays an organisation; without `organisme`, the account from which the Caf itself pays.

    Entered by one person and validated by another: an account changed by fraud is the classic of payments.
    """

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="comptes_bancaires")
    organisme = models.ForeignKey(Organisme, models.PROTECT, null=True, blank=True, related_name="comptes_bancaires")
    titulaire = models.CharField(max_length=70)
    iban = models.CharField("IBAN", max_length=34)
    bic = models.CharField("BIC", max_length=11, blank=True)
    source = models.CharField("pièce", max_length=200)
    etat = models.CharField("état", max_length=12, choices=EtatCompte, default=EtatCompte.EN_ATTENTE)
    entered_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="saisi par")
    entered_at = models.DateTimeField("saisi le", db_default=Now())
    decided_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    refusal = models.CharField("motif du refus", max_length=300, blank=True)
    replaced_at = models.DateTimeField("remplacé le", null=True, blank=True)

    objects = CompteBancaireQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caf", "organisme"],
                condition=Q(etat=EtatCompte.EN_ATTENTE),
                nulls_distinct=False,
                name="compte_bancaire_one_waiting",
                violation_error_message="Un compte attend déjà la validation : décidez-le d'abord.",
            ),
            models.UniqueConstraint(
                fields=["caf", "organisme"],
                condition=Q(etat=EtatCompte.VALIDE),
                nulls_distinct=False,
                name="compte_bancaire_one_valid",
                violation_error_message="Un autre compte est déjà validé : rechargez la page.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("entered_by")),
                name="compte_bancaire_two_persons",
                violation_error_message="Qui a saisi un compte ne le valide pas.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatCompte.EN_ATTENTE, decided_by=None, decided_at=None, refusal="")
                | Q(etat__in=(EtatCompte.VALIDE, EtatCompte.REMPLACE), decided_by__isnull=False, refusal="")
                | Q(etat=EtatCompte.REFUSE, decided_by__isnull=False) & ~Q(refusal=""),
                name="compte_bancaire_decided",
            ),
            models.CheckConstraint(condition=Q(iban__regex=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"), name="compte_iban"),
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        return masked(self.iban)

    @property
    def spaced(self) -> str:
        return " ".join(self.iban[rank : rank + 4] for rank in range(0, len(self.iban), 4))


class LotPaiement(models.Model):
    """Payments sent to the bank together: prepared by one person, validated by another, then never changed.

    `fichier` is the payment file (SEPA pain.001) as it was validated, `empreinte` its SHA-256.
    """

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="lots_paiement")
    annee = models.PositiveSmallIntegerField("année")
    numero = models.PositiveIntegerField("numéro")
    etat = models.CharField("état", max_length=12, choices=EtatLot, default=EtatLot.PREPARE)
    execution_on = models.DateField("à exécuter le")
    nombre = models.PositiveIntegerField("nombre de versements")
    total = models.DecimalField(max_digits=14, decimal_places=2)
    debiteur = models.ForeignKey(CompteBancaire, models.PROTECT, related_name="+", verbose_name="compte débité")
    prepared_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="préparé par")
    prepared_at = models.DateTimeField("préparé le", db_default=Now())
    validated_by = models.ForeignKey(
        Utilisateur, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="validé par"
    )
    validated_at = models.DateTimeField("validé le", null=True, blank=True)
    sent_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField("fichier téléchargé le", null=True, blank=True)
    fichier = models.TextField(blank=True)
    empreinte = models.CharField("empreinte du fichier", max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["caf", "annee", "numero"], name="lot_paiement_numero"),
            models.CheckConstraint(
                condition=Q(validated_by=None) | ~Q(validated_by=F("prepared_by")),
                name="lot_paiement_two_persons",
                violation_error_message="Qui a préparé un lot ne le valide pas.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=(EtatLot.PREPARE, EtatLot.ABANDONNE), validated_by=None, fichier="", empreinte="")
                | ~Q(etat__in=(EtatLot.PREPARE, EtatLot.ABANDONNE))
                & Q(validated_by__isnull=False, validated_at__isnull=False)
                & ~Q(fichier="")
                & ~Q(empreinte=""),
                name="lot_paiement_validated",
            ),
            models.CheckConstraint(condition=Q(total__gt=0, nombre__gt=0), name="lot_paiement_total"),
        ]
        indexes = [models.Index(fields=["caf", "-id"], name="lot_paiement_caf")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """« AFAS-132-2026-0001 »: what the bank reads and sends back."""
        return f"AFAS-{self.caf.code}-{self.annee}-{self.numero:04d}"


def _read(kept: str | None, unite: str) -> str:
    number = Decimal(kept or 0)
    return euros(number) if unite == "€" else f"{number.normalize():f} {unite}".replace(".", ",")


class VersementQuerySet(models.QuerySet["Versement"]):
    def visible_to(self, acteur: Any) -> Self:
        """Those of one's Caf; for a partner, where he gives profiles, supplies the finances or approves."""
        if acteur.caf is not None:
            return self.filter(caf=acteur.caf)
        theirs = Activite.objects.given_by_or_in(acteur, Profil.objects.of(acteur).filter(role__in=READ_BY))
        return self.filter(activite__in=theirs.order_by().values("pk"))


class Versement(models.Model):
    """An amount that a right makes due, from its calculation to the bank's answer.

    Always positive: `nature` says who pays.
    `compense` is the part of a payment kept back for an indu, or the part of an indu already recovered; what is left
    is `net`. A compensation points to its `indu` and to the payment it reduces (`sur`).
    """

    caf = models.ForeignKey(Caf, models.PROTECT, related_name="versements")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="versements")
    activite = models.ForeignKey(Activite, models.PROTECT, related_name="versements", verbose_name="activité")
    exercice = models.PositiveSmallIntegerField()
    nature = models.CharField(max_length=16, choices=NatureVersement)
    rang = models.PositiveSmallIntegerField(default=1)
    montant = models.DecimalField(max_digits=14, decimal_places=2)
    compense = models.DecimalField("compensé", default=Decimal("0.00"), max_digits=14, decimal_places=2)
    droit = models.ForeignKey(Droit, models.PROTECT, related_name="versements")
    lignes = models.JSONField(default=list, help_text="lines {libelle, valeur, unite, source} behind the amount")
    due_on = models.DateField("payable à partir du")
    etat = models.CharField("état", max_length=12, choices=EtatVersement)
    motif = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(Utilisateur, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField("créé le", db_default=Now())
    paid_on = models.DateField("payé le", null=True, blank=True)
    lot = models.ForeignKey(LotPaiement, models.PROTECT, null=True, blank=True, related_name="versements")
    compte = models.ForeignKey(CompteBancaire, models.PROTECT, null=True, blank=True, related_name="+")
    indu = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="recuperations")
    sur = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="compensations")

    objects = VersementQuerySet.as_manager()

    class Meta:
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activite", "exercice", "nature", "rang"],
                condition=Q(nature__in=OWED) & ~Q(etat=_E.ANNULE),
                name="versement_once",
                violation_error_message="Ce versement existe déjà : rechargez la page.",
            ),
            models.UniqueConstraint(
                fields=["activite", "exercice"],
                condition=Q(nature__in=(NatureVersement.SOLDE, NatureVersement.INDU)) & ~Q(etat=_E.ANNULE),
                name="versement_one_balance",
                violation_error_message="Cet exercice est déjà soldé : rechargez la page.",
            ),
            models.CheckConstraint(
                condition=Q(montant__gt=0, compense__gte=0, compense__lte=F("montant")), name="versement_montant"
            ),
            models.CheckConstraint(
                condition=Q(etat=_E.A_PAYER, lot=None, compte=None)
                | Q(etat__in=(_E.EN_LOT, _E.ENVOYE, _E.REJETE), lot__isnull=False, compte__isnull=False)
                | Q(etat=_E.PAYE) & (Q(lot__isnull=False) | Q(compense=F("montant")))
                | Q(etat__in=(_E.ANNULE, _E.A_RECUPERER, _E.RECUPERE, _E.FAIT)),
                name="versement_etat",
            ),
            models.CheckConstraint(
                condition=Q(nature=NatureVersement.COMPENSATION, indu__isnull=False, sur__isnull=False)
                | Q(nature=NatureVersement.REMBOURSEMENT, indu__isnull=False, sur=None)
                | Q(nature__in=OWED, indu=None, sur=None),
                name="versement_recovery",
            ),
        ]
        indexes = [
            models.Index(fields=["caf", "-due_on", "-id"], name="versement_caf_due"),
            models.Index(fields=["caf", "etat"], name="versement_caf_etat"),
            models.Index(fields=["lot", "id"], name="versement_lot"),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def libelle(self) -> str:
        """« Acompte 2 de l'exercice 2026 »."""
        rang = f" {self.rang}" if self.nature == NatureVersement.ACOMPTE else ""
        return f"{self.get_nature_display()}{rang} de l'exercice {self.exercice}"

    @property
    def net(self) -> Decimal:
        """What is left to pay, or of an indu to recover."""
        return self.montant - self.compense

    @property
    def read_lignes(self) -> list[dict[str, str]]:
        """The lines behind the amount, as they are read: « 1 200,00 € », « 35 % »."""
        return [line | {"valeur": _read(line["valeur"], line["unite"])} for line in self.lignes]

    @property
    def is_owed_to_partner(self) -> bool:
        return self.nature in (NatureVersement.ACOMPTE, NatureVersement.SOLDE)

    @property
    def bank_reference(self) -> str:
        """What identifies the payment in the file, and in the bank's answer; 35 characters at most."""
        return f"{self.lot.reference}-V{self.pk}" if self.lot else ""


class RetourBanque(models.Model):
    """An answer of the bank to a lot (SEPA pain.002), read once."""

    lot = models.ForeignKey(LotPaiement, models.PROTECT, related_name="retours")
    message = models.CharField(max_length=35)
    file_name = models.CharField("fichier", max_length=120)
    empreinte = models.CharField(max_length=64)
    received_by = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+")
    received_at = models.DateTimeField("reçu le", db_default=Now())
    payes = models.PositiveIntegerField("payés")
    rejetes = models.PositiveIntegerField("rejetés")
    attendus = models.PositiveIntegerField("en cours à la banque")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "empreinte"],
                name="retour_banque_once",
                violation_error_message="Ce retour de la banque a déjà été lu : rien n'a été changé.",
            ),
        ]

    def __str__(self) -> str:
        return self.message

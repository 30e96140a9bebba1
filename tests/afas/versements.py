"""What the tests of payments start from: rights notified, accounts validated, a second gestionnaire."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portail.afas import tasks
from portail.afas.actions import comptes, lots, versements
from portail.afas.actions.comptes import Coordonnees
from portail.afas.enums import EtatDeclaration, Phase
from portail.afas.models import (
    Activite,
    CompteBancaire,
    Declaration,
    Droit,
    Echeance,
    LotPaiement,
    RegleAcompte,
    Versement,
    VersionDeclaration,
)
from portail.afas.queries.lots import chosen
from portail.afas.queries.versions import content_of
from portail.comptes.models import AcceptationRegle, RegleUsage, Utilisateur
from portail.conventions.models import AgentCaf
from portail.habilitations.acteur import Acteur, acteur_for
from tests.afas.scene import Scene
from tests.cast import PASSWORD, SINCE

IBAN = "FR7630006000011234567890189"
OTHER_IBAN = "FR7610011000201234567890188"
CAF_IBAN = "FR1420041010050500013M02606"
BIC = "AGRIFRPP"


def today() -> date:
    return timezone.localdate()


@dataclass
class Tresor:
    """The money of a scene: `second` is the other gestionnaire of Caf 132."""

    scene: Scene
    second: Utilisateur
    exercice: int

    @property
    def gestin(self) -> Acteur:
        return self.scene.cast.acteur("gestin")

    @property
    def other(self) -> Acteur:
        return acteur_for(self.second, on=today())

    def regle(self, *rangs: tuple[int, date], plafond: int = 70, **more: Any) -> RegleAcompte:
        """35 % and 35 % already payable, unless told otherwise."""
        given = rangs or ((35, today()), (35, today()))
        return versements.enter_regle(
            by=self.gestin,
            exercice=more.get("exercice", self.exercice),
            kind=more.get("kind", ""),
            plafond=Decimal(plafond),
            rangs=[(Decimal(taux), due_on) for taux, due_on in given],
            source="Règlement intérieur",
        )

    def droit(self, phase: str, montant: str, activite: Activite | None = None) -> Droit:
        """A right notified for that phase of the exercice; asked again, a newer one of the same declaration."""
        activite = activite or self.scene.activite
        echeance, _ = Echeance.objects.get_or_create(
            caf=activite.caf,
            exercice=self.exercice,
            type=activite.type,
            phase=phase,
            defaults={"opens_on": today(), "due_on": today() + timedelta(days=30), "opened_at": timezone.now()},
        )
        declaration, _ = Declaration.objects.get_or_create(
            activite=activite, echeance=echeance, defaults={"caf": activite.caf, "definition": "alsh/2023"}
        )
        Declaration.objects.filter(pk=declaration.pk).update(etat=EtatDeclaration.NOTIFIEE)
        version, _ = VersionDeclaration.objects.get_or_create(
            declaration=declaration,
            numero=1,
            defaults={
                "contenu": content_of(declaration),
                "empreinte": "0" * 64,
                "code": f"TEST-{declaration.pk}",
                "approved_by": self.scene.cast.people["garban"],
                "approved_at": timezone.now(),
            },
        )
        return Droit.objects.create(
            declaration=Declaration.objects.select_related("echeance", "activite").get(pk=declaration.pk),
            version=version,
            montant=Decimal(montant),
            lignes=[],
            empreinte="0" * 64,
        )

    def due(self, phase: str, montant: str, activite: Activite | None = None) -> list[Versement]:
        """The same, with what it makes due."""
        droit = self.droit(phase, montant, activite)
        return versements.due_after(droit.declaration, droit, self.gestin)

    def compte(self, iban: str = IBAN, organisme: Any = "farandole", titulaire: str = "Les Lutins") -> CompteBancaire:
        """An account entered by Gestin, validated by the other."""
        of = self.scene.cast.conventions[organisme].organisme if organisme else None
        given = Coordonnees(titulaire, iban, BIC, "RIB du 02/01")
        made = comptes.enter_compte(by=self.gestin, organisme=of, coordonnees=given)
        comptes.validate_compte(by=self.other, compte=made)
        made.refresh_from_db()
        return made

    def accounts(self) -> None:
        self.compte()
        self.compte(CAF_IBAN, organisme=None, titulaire="Caf des Bouches-du-Rhône")

    def lot(self) -> LotPaiement:
        """All that can be paid today, prepared by Gestin."""
        found = versements_to_pay(self.scene.activite.caf)
        return lots.prepare(by=self.gestin, execution_on=today(), seen=found)

    def sent(self) -> LotPaiement:
        """The same, validated by the other and downloaded."""
        lot = self.lot()
        lots.validate(by=self.other, lot=lot)
        lots.download(by=self.gestin, lot=lot)
        lot.refresh_from_db()
        return lot

    def answered(self, lot: LotPaiement, code: str = "ACSC") -> None:
        lots.answer(by=self.gestin, lot=lot, file_name="retour.xml", content=pain002(lot, group=code))
        tasks.settle_lot(lot.pk)

    def paid(self) -> LotPaiement:
        lot = self.sent()
        self.answered(lot)
        return lot


def versements_to_pay(caf: Any) -> tuple[int, Decimal]:
    found = chosen(caf, today())
    return len(found), sum((each.net for each in found), Decimal("0.00"))


def build_tresor(scene: Scene) -> Tresor:
    cast = scene.cast
    second = Utilisateur.objects.create(
        identifiant="CAF00132AZ",
        password=cast.people["gestin"].password,
        nom="Comptat",
        prenom="Côme",
        courriel="comptat@example.fr",
        is_agent=True,
        opens_on=today() - SINCE,
        last_login=timezone.now(),
    )
    AcceptationRegle.objects.create(utilisateur=second, regle=RegleUsage.objects.latest("version"))
    caf = cast.cafs["132"]
    AgentCaf.objects.create(utilisateur=second, caf=caf, fonction="gestionnaire", opens_on=today() - SINCE)
    return Tresor(scene, second, scene.echeance.exercice)


def pain002(lot: LotPaiement, *statuts: str, group: str = "", message: str = "RET1", origine: str = "") -> bytes:
    """An answer of the bank; each of `statuts` is the inside of a TxInfAndSts."""
    status = f"<GrpSts>{group}</GrpSts>" if group else ""
    told = "".join(f"<TxInfAndSts>{each}</TxInfAndSts>" for each in statuts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-01-02T08:00:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{origine or lot.reference}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{status}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>x</OrgnlPmtInfId>{told}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def said(versement: Versement, code: str, reason: str = "", montant: str = "") -> str:
    """What the bank says of one payment."""
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    ref = f'<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{montant}</InstdAmt></Amt></OrgnlTxRef>' if montant else ""
    return f"<OrgnlEndToEndId>{versement.bank_reference}</OrgnlEndToEndId><TxSts>{code}</TxSts>{why}{ref}"


PREVISIONNEL, REEL = Phase.PREVISIONNEL, Phase.REEL


# The table of the rights


def build_money(scene: Scene) -> None:
    """A payment in each state, on exercices before the scene's own; the other gestionnaire left things to decide."""
    tresor = build_tresor(scene)
    tresor.accounts()
    for state in ("envoye", "rejete"):
        tresor.exercice -= 1
        tresor.due(REEL, "1000")
        lot = tresor.sent()
        if state == "rejete":
            tresor.answered(lot, "RJCT")
    tresor.exercice -= 1
    tresor.regle((35, today()))
    tresor.due(PREVISIONNEL, "10000")
    tresor.paid()
    tresor.due(REEL, "3000")
    tresor.exercice -= 1
    tresor.due(REEL, "500")
    lots.prepare(by=tresor.other, execution_on=today(), seen=versements_to_pay(scene.activite.caf))
    tresor.exercice -= 1
    tresor.due(REEL, "700")
    voisine = scene.cast.conventions["voisine"].organisme
    given = Coordonnees("Voisine", IBAN, BIC, "RIB")
    comptes.enter_compte(by=tresor.other, organisme=voisine, coordonnees=given)


def forms_of_money(scene: Scene) -> dict[str, dict[str, Any]]:
    """What each form is sent with."""
    sent = LotPaiement.objects.select_related("caf").filter(etat="envoye").first()
    to_pay = Versement.objects.filter(nature="solde", etat="a_payer").first()
    assert sent is not None
    assert to_pay is not None
    account = {"titulaire": "Les Lutins", "iban": OTHER_IBAN, "bic": BIC, "source": "RIB"}
    day = today().isoformat()
    return {
        "versement_resume": {},
        "versement_note": {"issue": "paye", "noted_on": day, "reference": "Relevé 12"},
        "indu_compensate": {"sur": str(to_pay.pk)},
        "indu_reimburse": {"montant": "10,50", "received_on": day, "reference": "Chèque 12"},
        "regle_create": {
            "exercice": "2026",
            "plafond": "70",
            "taux_1": "33,5",
            "due_1": "2026-03-01",
            "source": "Règlement intérieur",
            "confirm": "1",
        },
        "compte_create": account,
        "compte_caf_create": account,
        "compte_decide": {"decision": "valider", "is_checked": "on"},
        "lot_create": {"execution_on": day, "nombre": "1", "total": "700.00"},
        "lot_abandon": {},
        "lot_validate": {"is_read": "on", "password": PASSWORD},
        "lot_file": {},
        "lot_answer": {"fichier": SimpleUploadedFile("retour.xml", pain002(sent, group="ACSC"))},
    }

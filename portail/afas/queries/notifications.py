"""The letter that tells a right: as it is printed, and as anybody checks it."""

from datetime import date
from typing import Any

from portail.afas.enums import Phase
from portail.afas.models import NotificationDroit
from portail.afas.queries.droits import in_words, read_lines
from portail.conventionnement.queries.documents import Document
from portail.ui.templatetags.ui import instant

_LABELS = {Phase.REEL.value: "Montant du droit"}
_ESTIMATED = "Droit estimé ; le droit définitif sera calculé sur le réel"


def document(notification: NotificationDroit, verify: str) -> dict[str, Any]:
    """What the PDF says; `verify` is where its code is checked."""
    told = notification.contenu
    activite, echeance = told["activite"], told["echeance"]
    return {
        "title": f"Notification de droit – {activite['libelle']} – {echeance['libelle']}",
        "caf": activite["caf_nom"],
        "organisme": activite["organisme"],
        "siret": activite["siret"],
        "le": f"{date.fromisoformat(told['le']):%d/%m/%Y}",
        "rows": [
            ["Activité", f"{activite['libelle']} (dossier {activite['numero_dossier']})"],
            ["Type et nature", f"{activite['type_libelle']} – {activite['nature_libelle']}"],
            ["Déclaration", f"{echeance['libelle']}, version {told['version']}"],
            [_LABELS.get(echeance["phase"], _ESTIMATED), in_words(told["montant"], "€")],
        ],
        "montant": in_words(told["montant"], "€"),
        "lignes": [
            {
                "libelle": each.ligne["libelle"],
                "mots": each.ligne["mots"],
                "valeur": each.valeur,
                "termes": [[terme["libelle"], terme["valeur"], terme["source"]] for terme in each.termes],
            }
            for each in read_lines(told["lignes"])
        ],
        "code": notification.code,
        "empreinte": notification.empreinte,
        "verify": verify,
    }


def notification_by_code(code: str) -> Document | None:
    """What anybody learns of a letter whose code he holds: never its amount."""
    notification = NotificationDroit.objects.filter(code=code).first()
    if notification is None:
        return None
    activite, echeance = notification.contenu["activite"], notification.contenu["echeance"]
    return Document(
        "success",
        "Cette notification a été envoyée par la Caf : le montant qui fait foi est celui de la page de la déclaration.",
        rows=[
            ("Document", f"Notification de droit, {activite['libelle']} – {echeance['libelle']}"),
            ("Organisme", activite["organisme"]),
            ("Caf", activite["caf_nom"]),
            ("Notifié", instant(notification.notified_at)),
        ],
        empreinte=notification.empreinte,
    )

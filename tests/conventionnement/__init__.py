"""What is signed with partners: a draft complete enough to be proposed."""

from datetime import timedelta

from django.utils import timezone

from portail.conventionnement import actions
from portail.conventionnement.models import Bulletin, Contenu, Interlocuteur, Personne, VersionConvention
from portail.habilitations.acteur import Acteur, acteur_for
from tests.cast import Cast

SIGNATAIRE = Personne("Prévost", "Paule", "prevost@example.fr", qualite="Présidente")
ADMINISTRATEUR = Personne("Tissot", "Théo", "tissot@example.fr")


def contenu(**more) -> Contenu:
    """Everything said."""
    today = timezone.localdate()
    said = {
        "libelle": "Convention Mouettes",
        "cafs": ["132"],
        "opens_on": f"{today}",
        "closes_on": f"{today + timedelta(days=730)}",
        "finalites": ["Fixer les tarifs"],
        "gestion_habilitations": "Chacun ferme l'accès de qui part.",
        "procedure_incident": "Prévenir la Caf sans attendre.",
        "interlocuteurs": [
            Interlocuteur(partie, qualite, "Nom Prénom", "contact@example.fr")
            for partie in ("caf", "partenaire")
            for qualite in ("responsable_securite", "referent_cnil")
        ],
        "bulletins": [
            Bulletin("afas", ["afas.declarer", "afas.habiliter"], f"{today}", f"{today + timedelta(days=730)}"),
            Bulletin("cdap", ["cdap.t5"], f"{today}", f"{today + timedelta(days=365)}", "40"),
        ],
        "administrateurs": [ADMINISTRATEUR],
        "signataire": SIGNATAIRE,
    }
    return Contenu(**(said | more))


def drafted(cast: Cast, by: Acteur | None = None, **more) -> VersionConvention:
    """A complete draft with Farandole's organisation."""
    organisme = cast.conventions["farandole"].organisme
    return actions.draft_convention(by=by or cast.acteur("marchand"), organisme=organisme, contenu=contenu(**more))


def fresh(version: VersionConvention) -> VersionConvention:
    rows = VersionConvention.objects.select_related("convention__organisme__type", "convention__caf_pivot")
    return rows.get(pk=version.pk)


def proposed(cast: Cast, **more) -> VersionConvention:
    version = drafted(cast, **more)
    actions.propose(by=cast.acteur("marchand"), version=version)
    return fresh(version)


def signed(cast: Cast, **more) -> VersionConvention:
    version = proposed(cast, **more)
    actions.sign(by=signatory(version), version=version, empreinte=version.empreinte)
    return fresh(version)


def validated(cast: Cast, **more) -> VersionConvention:
    version = signed(cast, **more)
    actions.validate(by=cast.acteur("marchand"), version=version, empreinte=version.empreinte)
    return fresh(version)


def signatory(version: VersionConvention) -> Acteur:
    return acteur_for(version.signataire, on=timezone.localdate())

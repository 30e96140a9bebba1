"""Proofs of the story, and how long each service has been left unused."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from portail.comptes.models import Utilisateur
from portail.conventions.models import Rattachement
from portail.demo.actions.common import Scene
from portail.habilitations import actions
from portail.habilitations.acteur import acteur_for
from portail.habilitations.actions import justificatifs
from portail.habilitations.models import Appartenance, AvisTerme

# A page that says what it is, and nothing more.
_LINES = ("Diplome de travail social", "Document fictif de demonstration")
_TEXT = b" ".join(b"BT /F1 18 Tf 72 %d Td (%s) Tj ET" % (700 - 40 * n, s.encode()) for n, s in enumerate(_LINES))
_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(_TEXT), _TEXT),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
)


def _diploma() -> bytes:
    """A PDF of one page, with the table that says where each of its objects begins."""
    written, starts = b"%PDF-1.4\n", []
    for number, content in enumerate(_OBJECTS, 1):
        starts.append(len(written))
        written += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    size = len(_OBJECTS) + 1
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def play_proofs(scene: Scene) -> None:
    """Everybody whose group gives the role has shown his diploma, but for those whom the story names."""
    said = scene.said.get("justificatifs")
    if said is None:
        return
    in_groupes = Appartenance.objects.filter(groupe__convention=scene.convention, groupe__roles__role=said["role"])
    people = Rattachement.objects.filter(pk__in=in_groupes.values("rattachement")).select_related("utilisateur")
    for rattachement in people.order_by("pk"):
        name = f"{rattachement.utilisateur.prenom} {rattachement.utilisateur.nom}"
        if name not in said.get("missing", ()):
            _give(scene, rattachement, said["role"], is_checked=name not in said.get("waiting", ()))
    for name, days in said.get("ending", {}).items():
        scene.play.people[name].justificatifs.update(closes_on=scene.play.day(days))


def _give(scene: Scene, rattachement: Rattachement, role: str, *, is_checked: bool) -> None:
    """Given the day he came, and checked by the administrateur; what waits was given three days ago."""
    utilisateur = rattachement.utilisateur
    began = max(rattachement.opens_on, scene.convention.validated_on or rattachement.opens_on)
    day = began if is_checked else scene.play.day(-3)
    given = justificatifs.deposit(
        by=acteur_for(utilisateur, on=day, organisme=scene.convention.organisme_id),
        utilisateur=utilisateur,
        role=role,
        file_name=f"diplome-{utilisateur.nom.lower()}.pdf",
        content=_diploma(),
    )
    given.deposited_at = timezone.make_aware(datetime.combine(day, time(10)))
    given.save(update_fields=["deposited_at"])
    if is_checked:
        by = scene.administrateur(day)
        justificatifs.check(by=by, justificatif=given, opens_on=day, closes_on=None)


def play_usages(on: datetime) -> None:
    """Each opened his services the day he last signed in; who was told long ago is suspended this morning."""
    today = timezone.localdate(on)
    for utilisateur in Utilisateur.objects.filter(last_login__isnull=False, is_agent=False).order_by("pk"):
        day = timezone.localdate(utilisateur.last_login)
        for organisation in acteur_for(utilisateur, on=day).organisations:
            acteur = acteur_for(utilisateur, on=day, organisme=organisation.pk)
            for service in sorted({right.service for right in acteur.rights}):
                actions.note_use(acteur, service)
    actions.watch_usages(today)
    AvisTerme.objects.filter(terme__startswith="usage:").update(told_at=on - timedelta(days=50))
    actions.watch_usages(today)

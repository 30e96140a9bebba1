"""Every kind of mail says what it must in both its forms, and nothing more."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.template import engines
from django.template.loader import render_to_string

from portail.afas import events as afas
from portail.campagnes import events as campagnes
from portail.cdap import events as cdap
from portail.comptes import events as comptes
from portail.comptes.models import Utilisateur
from portail.conventionnement import events as conventionnement
from portail.courriels import events
from portail.habilitations import events as habilitations
from portail.incidents import events as incidents
from portail.supervision import events as supervision

PORTAIL = "https://portail.example.fr"
LINK = f"{PORTAIL}/adresse-mail/confirmer/jeton-de-confirmation/"
SECRET = "k7mq-4xwz-9hpd-tn3v"
IDENTIFIANT = "ENF01302SM"
LABEL = "Noé d'<b>Aulnay</b> & fils"
LABEL_IN_HTML = "Noé d&#x27;&lt;b&gt;Aulnay&lt;/b&gt; &amp; fils"
CONVENTION = 'Accueils "Les Tilleuls" <rive & plaine>'

UTILISATEUR = Utilisateur(identifiant=IDENTIFIANT, prenom="Noé", nom="d'<b>Aulnay</b> & fils")
FRAME = {"to_label": LABEL, "portail_url": PORTAIL}
PROVISIONAL = {"utilisateur": UTILISATEUR, "secret": SECRET, "hours": 24}
VERSION = {
    "version": "Avenant n° 1",
    "convention": CONVENTION,
    "organisme": "Les Tilleuls",
    "caf": "Caf du Nord",
    "link": f"{PORTAIL}/conventions/3/versions/2/",
}
REVIEW = {"campagne": CONVENTION, "lines": 12, "ends_on": "12/12/2026", "days": 14}
SUPPLEANCE = {
    "titulaire": "Jeanne Bruet",
    "suppleant": "Paul Robine",
    "convention": CONVENTION,
    "dates": "du 01/12/2026 au 15/12/2026",
}
SUCCESSION = {
    "titulaire": "Jeanne Bruet",
    "successeur": "Paul Robine",
    "convention": CONVENTION,
    "effective_on": "01/12/2026",
    "ends_titulaire": True,
}
INCIDENT = {"reference": "INC-2026-000012", "nature": "Connexion inconnue"}
ECHEANCE = {"echeance": CONVENTION, "caf": "Caf du Nord", "due_on": "31/03/2027", "days": 15}
APPROBATEUR = {"activite": CONVENTION, "caf": "Caf du Nord"}
DECLARATION = {
    "activite": CONVENTION,
    "echeance": "Réel 2025",
    "version": 2,
    "code": "ABCD-EFGH-JKLM-NPQR",
    "link": VERSION["link"],
}
INTITULE = "Service <Les Tilleuls> – Réel 2025"
COMPTE = {"iban": "FR76 … 0189", "caf": "Caf du Nord", "organisme": "Les Tilleuls"}
DIALOGUE = {"sujet": CONVENTION, "link": VERSION["link"]}
ALERTE = {"alerte": "Alerte n° 3", "caf": "Caf du Nord", "etat": "Sans suite"}
A_JUSTIFIER = {"caf": "Caf du Nord", "demandes": "3 consultations", "due_on": "12/12/2026"}
CONTEXTS = {
    cdap.ALERTE_SEEN.code: ALERTE,
    cdap.ALERTE_TO_JUSTIFY.code: ALERTE,
    cdap.ALERTE_IS_SUSPENDED.code: ALERTE,
    cdap.ALERTE_IS_CLOSED.code: ALERTE,
    cdap.ALERTE_FOR_CAF.code: {"alerte": "Alerte n° 3", "detecteur": "Numéros qui se suivent", "is_answered": True},
    cdap.JUSTIFICATION_TO_GIVE.code: A_JUSTIFIER,
    cdap.JUSTIFICATION_RECALLED.code: A_JUSTIFIER,
    cdap.JUSTIFICATION_IS_REFUSED.code: {"caf": "Caf du Nord"},
    afas.APPEL.code: ECHEANCE | {"declarations": "3 déclarations"},
    afas.RAPPEL.code: ECHEANCE | {"declarations": "3 déclarations"},
    afas.DATE_CHANGED.code: ECHEANCE | {"before": "15/03/2027"},
    afas.UNCOVERED.code: ECHEANCE | {"count": "21 activités", "activites": ["Les Tilleuls <rive>"], "beyond": 20},
    afas.APPROBATEUR_TO_VALIDATE.code: {"organisme": CONVENTION, "activites": 2},
    afas.APPROBATEUR_IS_VALIDATED.code: APPROBATEUR | {"opens_on": "01/12/2026"},
    afas.APPROBATEUR_IS_REFUSED.code: APPROBATEUR | {"motif": "Délégation absente."},
    afas.PROFILS_CHANGED.code: {"changements": 3, "bilan": ["2 rôles donnés", "1 rôle terminé"], "waiting": 1},
    afas.DECLARATION_TRANSMITTED.code: DECLARATION,
    afas.DECLARATION_SENT_BACK.code: DECLARATION,
    afas.DECLARATION_REOPENED.code: DECLARATION,
    afas.COMPLEMENT_IS_ASKED.code: {"declaration": INTITULE, "due_on": "12/12/2026", "pk": 3},
    afas.COMPLEMENT_MESSAGE.code: {"declaration": INTITULE, "due_on": "12/12/2026", "pk": 3},
    afas.DROIT_IS_NOTIFIED.code: {"declaration": INTITULE, "pk": 3},
    afas.COMPTE_TO_CHECK.code: COMPTE,
    afas.COMPTE_IS_DECIDED.code: COMPTE | {"is_valid": False, "motif": "Le titulaire n'est pas le bon."},
    campagnes.TO_REVIEW.code: REVIEW,
    campagnes.REMINDER.code: REVIEW,
    campagnes.TO_APPLY.code: {"campagne": CONVENTION, "ends_on": "12/12/2026"},
    comptes.IDENTIFIANT.code: {"utilisateur": UTILISATEUR},
    comptes.PROVISIONAL.code: PROVISIONAL,
    comptes.RESET.code: PROVISIONAL,
    comptes.PASSWORD_CHANGED.code: {},
    comptes.STRANGE_DEVICE.code: {"at": "21/11/2026 à 08h08", "browser": "Firefox, Windows", "refused": 2},
    comptes.COURRIEL_CONFIRM.code: {"link": LINK, "hours": 24},
    comptes.COURRIEL_ASKED.code: {},
    comptes.COURRIEL_CHANGED_MAIL.code: {},
    conventionnement.TO_SIGN.code: VERSION,
    supervision.ANOMALIES.code: {"anomalies": [("Personnes sans groupe", 3)]},
    conventionnement.SIGNED.code: VERSION,
    conventionnement.NOT_SIGNED.code: VERSION | {"motif": "Le quota est trop bas."},
    conventionnement.VALIDATED.code: VERSION,
    habilitations.RATTACHEMENT_TO_CHECK.code: {"convention": CONVENTION},
    habilitations.ENDS_AHEAD.code: {"lines": [f"{CONVENTION} : 3 × groupe"], "first": "12/12/2026"},
    habilitations.OWN_END_AHEAD.code: {"lines": [f"{CONVENTION}, groupe Accueil : dernier jour le 12/12/2026"]},
    habilitations.ACCES_TO_DECIDE.code: {"convention": CONVENTION, "service": "Consulter un dossier"},
    habilitations.ACCES_IS_GRANTED.code: {"service": "Consulter un dossier", "opens_on": "01/12/2026", "until": ""},
    habilitations.JUSTIFICATIF_TO_CHECK.code: {"justificatif": "Diplôme"},
    habilitations.JUSTIFICATIF_IS_CHECKED.code: {"justificatif": "Diplôme", "until": "12/12/2027"},
    habilitations.JUSTIFICATIF_IS_REFUSED.code: {"justificatif": "Diplôme", "refusal": "Illisible."},
    habilitations.JUSTIFICATIF_IS_WITHDRAWN.code: {
        "justificatif": "Diplôme",
        "closes_on": "12/12/2026",
        "motif": "Faux.",
    },
    habilitations.USAGE_AHEAD.code: {"lines": [f"Consulter un dossier ({CONVENTION}) : avant le 12/12/2026"]},
    habilitations.USAGE_IS_SUSPENDED.code: {"lines": [f"Consulter un dossier ({CONVENTION})"]},
    habilitations.USAGES_ARE_SUSPENDED.code: {"lines": [f"Consulter un dossier ({CONVENTION}) : 3 personnes"]},
    habilitations.USAGE_IS_REINSTATED.code: {"line": f"Consulter un dossier ({CONVENTION})"},
    habilitations.ACCES_IS_REFUSED.code: {"service": "Consulter un dossier", "refusal": "Pas ce mois-ci"},
    habilitations.SUPPLEANT_NAMED.code: SUPPLEANCE,
    habilitations.SUPPLEANT_ENDED.code: SUPPLEANCE,
    habilitations.SUCCESSION_TO_DECIDE.code: SUCCESSION,
    habilitations.SUCCESSION_IS_ACCEPTED.code: SUCCESSION,
    habilitations.SUCCESSION_IS_REFUSED.code: SUCCESSION | {"decision": "Vérifions d'abord qui elle est."},
    afas.TO_APPROVE.code: {"declaration": "Accueil de loisirs – Réel 2025"},
    cdap.DIALOGUE_MESSAGE.code: DIALOGUE,
    cdap.DIALOGUE_IS_CLOSED.code: DIALOGUE,
    cdap.DIALOGUE_IS_REOPENED.code: DIALOGUE,
    cdap.DIALOGUE_IS_RESUMED.code: DIALOGUE,
    cdap.DIALOGUES_ARE_ASSIGNED.code: {"caf": "Caf du Nord", "link": VERSION["link"]},
    afas.VOLET_IS_REOPENED.code: {"declaration": "Accueil de loisirs – Réel 2025", "volet": "Volet financier"},
    incidents.INCIDENT_REPORTED.code: INCIDENT,
    incidents.ACCESS_CUT.code: INCIDENT,
    incidents.INCIDENT_TAKEN.code: INCIDENT,
    incidents.INCIDENT_CLOSED.code: INCIDENT,
    incidents.INCIDENT_WAITING.code: INCIDENT,
}
CODES = sorted(events.KINDS)


def text_of(code):
    """(subject, body) as they leave."""
    subject, _, body = render_to_string(f"courriels/{code}.txt", CONTEXTS[code] | FRAME).partition("\n")
    return subject, body


def html_of(code):
    context = CONTEXTS[code] | FRAME | {"subject": text_of(code)[0]}
    return render_to_string(f"courriels/{code}.html", context)


class Document(HTMLParser):
    """What a reader's program finds in the page; a tag left open or closed twice is refused."""

    VOID = ("meta", "br", "hr")

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.links, self.words = [], [], [], {}
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.words[self.open[-1]] = self.words.get(self.open[-1], "") + data

    def names(self):
        return [tag for tag, _ in self.tags]


def test_undefined_variable_is_refused():
    with pytest.raises(AssertionError, match="nobody"):
        engines["django"].from_string("{{ nobody }}").render({})


def test_every_kind_has_its_two_templates_and_no_template_is_left_over():
    found = {
        path.name
        for app in apps.get_app_configs()
        for path in (Path(app.path) / "templates" / "courriels").glob("*")
        if app.name.startswith("portail.")
    }
    assert found == {f"{code}.{form}" for code in CODES for form in ("txt", "html")} | {"base.html", "footer.txt"}


@pytest.mark.parametrize("code", CODES)
def test_first_line_is_the_subject(code):
    subject, body = text_of(code)
    assert subject == subject.strip()
    assert 10 <= len(subject) <= 100
    assert body.startswith("\nBonjour ")


@pytest.mark.parametrize("code", CODES)
def test_text_is_plain_and_signed(code):
    _, body = text_of(code)
    assert body.count(PORTAIL) >= 1
    assert "Mon Compte Partenaire\n" in body
    assert "n'y répondez pas" in body
    assert "La Caf ne vous demande jamais votre mot de passe" in body
    assert "{" not in body
    assert "\n\n\n" not in body


@pytest.mark.parametrize("code", CODES)
def test_html_is_a_whole_accessible_document(code):
    html = html_of(code)
    document = Document(html)
    assert html.lstrip().startswith("<!doctype html>")
    assert ("html", {"lang": "fr"}) in document.tags
    assert document.names().count("title") == document.names().count("h1") == 1
    assert document.words["title"] == document.words["h1"] == text_of(code)[0]
    assert document.names().count("p") >= 4
    assert not {"img", "script", "link", "style", "table", "iframe", "form", "input"} & set(document.names())
    assert all(set(attrs) <= {"lang", "charset", "name", "content", "href"} for _, attrs in document.tags)


@pytest.mark.parametrize("code", CODES)
def test_links_are_written_in_plain_and_lead_to_the_portal(code):
    document = Document(html_of(code))
    assert set(document.links) <= {PORTAIL, LINK, VERSION["link"]}
    assert {PORTAIL, VERSION["link"]} & set(document.links)
    for link in document.links:
        assert link in document.words["a"]
        assert link in text_of(code)[1]


@pytest.mark.parametrize("code", CODES)
def test_name_is_escaped_in_html_and_raw_in_text(code):
    assert f"Bonjour {LABEL},\n" in text_of(code)[1]
    html = html_of(code)
    assert f"Bonjour {LABEL_IN_HTML}," in html
    assert "<b>" not in html


def test_convention_is_escaped_in_html_and_raw_in_text():
    code = habilitations.RATTACHEMENT_TO_CHECK.code
    assert CONVENTION in text_of(code)[1]
    assert "Accueils &quot;Les Tilleuls&quot; &lt;rive &amp; plaine&gt;" in html_of(code)


@pytest.mark.parametrize("form", [lambda code: "\n".join(text_of(code)), html_of], ids=["text", "html"])
class TestSecrets:
    def test_identifiant_alone(self, form):
        mail = form(comptes.IDENTIFIANT.code)
        assert IDENTIFIANT in mail
        assert SECRET not in mail

    @pytest.mark.parametrize("kind", [comptes.PROVISIONAL, comptes.RESET], ids=lambda kind: kind.code)
    def test_provisional_password_without_identifiant(self, form, kind):
        mail = form(kind.code)
        assert mail.count(SECRET) == 1
        assert IDENTIFIANT not in mail
        assert "24 heures" in mail
        assert "ne sert qu'une fois" in mail

    def test_confirmation_link_in_its_own_mail_only(self, form):
        holders = [code for code in CODES if LINK in form(code)]
        assert holders == [comptes.COURRIEL_CONFIRM.code]


def test_secret_stands_alone_on_its_line():
    """It can be copied without a neighbour."""
    for kind in (comptes.PROVISIONAL, comptes.RESET):
        assert SECRET in text_of(kind.code)[1].splitlines()


def test_hours_agree_in_number():
    code = comptes.PROVISIONAL.code
    body = render_to_string(f"courriels/{code}.txt", PROVISIONAL | FRAME | {"hours": 1})
    assert "1 heure à partir" in body

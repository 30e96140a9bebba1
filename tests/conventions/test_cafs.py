"""A portal starts with a Caf, its first agent and the kinds of organisations."""

import pytest
from django.core.management import CommandError, call_command

from portail.comptes.models import Utilisateur
from portail.conventions.models import AgentCaf, Caf, TypeOrganisme
from portail.courriels.models import Courriel

ADMINISTRATEUR = ("Odile", "Marquand", "odile@example.fr")


def open_caf(code="132"):
    call_command("open_caf", code, "Caf de l'essai", "caf@example.fr", "--administrateur", *ADMINISTRATEUR)


def test_open_caf_makes_caf_types_and_first_agent(db, capsys):
    open_caf()

    agent = AgentCaf.objects.get()
    assert (agent.caf.code, agent.fonction, agent.utilisateur.identifiant) == ("132", "administrateur", "CAF00132AA")
    assert TypeOrganisme.objects.filter(prefixe="ENF").count() == 1
    assert [c.kind for c in Courriel.objects.order_by("pk")] == ["identifiant", "mot_de_passe_provisoire"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("13", "Le code « 13 » n'est pas celui d'une Caf : donnez trois chiffres, par exemple 132."),
        ("061", "Cette adresse mail est déjà celle d'une personne du portail."),
        ("132", "La Caf 132 est déjà enregistrée."),
    ],
)
def test_open_caf_refuses_and_leaves_nothing(db, code, sentence):
    open_caf()

    with pytest.raises(CommandError, match=sentence.replace("(", r"\(")):
        open_caf(code)

    assert (Caf.objects.count(), Utilisateur.objects.count()) == (1, 1)

"""What ends is renewed in mass, with the keyboard alone for the boxes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portail.habilitations.models import Appartenance

pytestmark = pytest.mark.django_db(transaction=True)


def test_administrateur_renews_what_ends(cast, visit):
    today = timezone.localdate()
    Appartenance.objects.filter(closes_on=None).update(closes_on=today + timedelta(days=12))
    bruet = visit()
    bruet.sign_in("ENF01302SM")
    bruet.click("Horizon")
    assert "Olivia Robine (ENF01302XB)" in bruet.text()
    bruet.accessible()

    box = bruet.page.get_by_role("checkbox", name="Choisir : Olivia Robine")
    box.focus()
    bruet.page.keyboard.press("Space")
    bruet.click("Renouveler jusqu'au…", "button")
    assert "Vous avez choisi 1 ligne." in bruet.text()
    bruet.accessible()
    bruet.page.locator("[name=lot-until]").fill((today + timedelta(days=200)).isoformat())
    bruet.click("Voir ce que cela change", "button")
    assert "1 droit gagné" in bruet.text()
    bruet.accessible()
    bruet.click("Renouveler", "button")
    assert "C'est fait pour 1 ligne." in bruet.text()
    assert "Olivia Robine" not in bruet.text()

    narrow = visit(width=360, height=740)
    narrow.sign_in("ENF01302SM")
    narrow.goto("/horizon/")
    narrow.accessible()
    narrow.goto(f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/")
    narrow.accessible()

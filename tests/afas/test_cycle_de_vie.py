"""The life of a declaration, as the documentation draws it, is that of the table."""

from portail.afas.enums import TRANSITIONS, EtatDeclaration
from tests.afas.render_cycle import FILE, render


def test_the_document_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == render(), "python -m tests.afas.render_cycle"


def test_every_state_is_reached_and_the_end_is_left_by_nothing() -> None:
    reached = {transition.vers for transition in TRANSITIONS.values()} | {EtatDeclaration.A_SAISIR}

    assert reached == set(EtatDeclaration)
    assert all(EtatDeclaration.PAYEE not in transition.de for transition in TRANSITIONS.values())

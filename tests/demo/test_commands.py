"""Commands of the operator on accounts."""

from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from portail.comptes.models import RegleUsage, Session

pytestmark = pytest.mark.django_db
SHIPPED = Path(apps.get_app_config("comptes").path) / "regles" / "regles-usage.toml"


def publish(file):
    out = StringIO()
    call_command("publish_regles", str(file), stdout=out)
    return out.getvalue()


def test_shipped_regles_are_published_once():
    assert "version 1" in publish(SHIPPED)
    assert "déjà en vigueur" in publish(SHIPPED)
    assert RegleUsage.objects.count() == 1
    assert all(set(section) == {"title", "paragraphs", "points"} for section in RegleUsage.objects.get().sections)


def test_new_text_is_a_new_version(tmp_path):
    publish(SHIPPED)
    file = tmp_path / "regles.toml"
    file.write_text('[[section]]\ntitle = "A"\npoints = ["b"]\n')
    assert "version 2" in publish(file)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "aucune section"),
        (b"section = 3", "aucune section"),
        (b"section = [3]", "doubles crochets"),
        (b"= 3", "n'est pas du TOML"),
        ('title = "é"'.encode("latin-1"), "n'est pas en UTF-8"),
        (b'[[section]]\npoints = ["b"]', "Section 1 : title manque"),
        (b'[[section]]\ntitle = "A"', "elle ne dit rien"),
        (b'[[section]]\ntitle = "A"\npoints = "b"', "points doit être une liste"),
        (b'[[section]]\ntitle = "A"\npoints = [""]', "points doit être une liste"),
        (b'[[section]]\ntitle = "A"\npoints = ["b"]\npoint = ["c"]', "point inconnu"),
    ],
)
def test_file_of_another_shape_is_refused(tmp_path, content, told):
    file = tmp_path / "regles.toml"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=told):
        publish(file)
    assert not RegleUsage.objects.exists()


def test_missing_file_is_told(tmp_path):
    with pytest.raises(CommandError, match="ne peut être lu"):
        publish(tmp_path / "absent.toml")


def test_all_sessions_end():
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=timezone.now())
    out = StringIO()
    call_command("revoke_sessions", stdout=out)
    assert out.getvalue().strip() == "Sessions fermées : 1."
    assert not Session.objects.exists()

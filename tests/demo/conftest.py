"""The demo, loaded once for all the tests that read it."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction


@pytest.fixture(scope="module")
def played(stage, django_db_blocker):
    """The story played in a transaction that is taken back when the module's tests are done."""
    stage.close()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what would be checked at commit
        yield
        transaction.set_rollback(True)


@pytest.fixture
def mailbox(settings, tmp_path):
    """The demo's mail backend on a folder of its own."""
    settings.DATA_DIR = tmp_path
    settings.EMAIL_BACKEND = "portail.demo.gateway.MailboxBackend"
    return tmp_path / "mails"

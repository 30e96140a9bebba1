"""The mailbox keeps every mail whole, shows it without running it, and gives no other file."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portail.demo import gateway, queries

pytestmark = pytest.mark.django_db


def send(to="Léa Roy <lea.roy@example.fr>", subject="Été", html="<script>alert(1)</script><p>Bonjour</p>"):
    message = EmailMultiAlternatives(subject, "Bonjour <b>Léa</b>\nhttp://127.0.0.1/", to=[to])
    message.attach_alternative(html, "text/html")
    message.send()
    return gateway.mail_names()[0]


def test_mail_is_read_as_it_was_sent(mailbox):
    mail = gateway.read_mail(send())
    assert (mail.to, mail.subject) == ("Léa Roy <lea.roy@example.fr>", "Été")
    assert mail.text.startswith("Bonjour <b>Léa</b>")
    assert mail.has_html
    assert abs(timezone.now() - mail.sent_at) < timedelta(minutes=1)
    assert [path.suffix for path in mailbox.iterdir()] == [".eml"]


def test_newest_comes_first_and_pages_follow(mailbox):
    names = [send(subject=f"n° {rank}") for rank in range(27)]
    page, mails = queries.mail_page(None)
    assert [mail.name for mail in mails] == sorted(names, reverse=True)[:25]
    assert page.paginator.num_pages == 2
    assert len(queries.mail_page("2")[1]) == 2


def test_mails_of_one_recipient(mailbox, anonymous):
    send()
    send(to="bob@example.fr", subject="Autre")
    page = anonymous.get(reverse("demo:courriel_list"), {"pour": "LEA.ROY"}).content.decode()
    assert "Été" in page
    assert "Autre" not in page


def test_empty_mailbox_says_so(mailbox, anonymous):
    assert "Aucun courriel" in anonymous.get(reverse("demo:courriel_list")).content.decode()


def test_page_shows_text_and_never_the_html(mailbox, anonymous):
    page = anonymous.get(reverse("demo:courriel_view", args=[send()])).content.decode()
    assert "Bonjour &lt;b&gt;Léa&lt;/b&gt;" in page
    assert "alert(1)" not in page
    assert "Démonstration" in page


def test_html_is_shown_in_a_sandbox(mailbox):
    response = Client().get(reverse("demo:courriel_html", args=[send()]))
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "allow-scripts" not in policy
    assert "Bonjour" in response.content.decode()


def test_mail_without_html_has_no_html_page(mailbox):
    EmailMultiAlternatives("Texte", "Seul", to=["a@example.fr"]).send()
    name = gateway.mail_names()[0]
    assert Client().get(reverse("demo:courriel_html", args=[name])).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["..", "../secrets/secret-key", "..%2Fsecrets", "/etc/passwd", "20260101-000000-000000-00000000", "\0", "a\n"],
)
def test_no_other_file_is_read(mailbox, name):
    send()
    (mailbox.parent / "secret.eml").write_text("Subject: secret\n\nsecret")
    assert gateway.read_mail(name) is None
    assert gateway.read_mail("../secret") is None
    assert Client().get(f"/demo/courriels/{name.replace(chr(0), '%00')}/").status_code == 404


def test_files_of_others_are_not_listed(mailbox):
    name = send()
    (mailbox / "autre.eml").write_text("x")
    (mailbox / f".{name}.partial").write_text("x")
    assert gateway.mail_names() == [name]


def test_mailbox_refuses_to_serve_outside_the_demo(settings):
    settings.EMAIL_BACKEND = "portail.demo.gateway.MailboxBackend"
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured, match="SMTP_URL"):
        apps.get_app_config("demo").ready()
    settings.DEMO = True
    apps.get_app_config("demo").ready()

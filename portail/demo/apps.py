from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class DemoConfig(AppConfig):
    name = "portail.demo"

    def ready(self) -> None:
        if settings.EMAIL_BACKEND == "portail.demo.gateway.MailboxBackend" and not settings.DEMO:
            raise ImproperlyConfigured(
                "Les courriels de tous seraient lisibles par chacun : portail.demo.gateway.MailboxBackend ne sert qu'à "
                "la démonstration (PORTAIL_PROFILE=demo). Désignez un serveur de messagerie dans SMTP_URL."
            )

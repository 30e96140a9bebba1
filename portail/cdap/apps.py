from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured


class CdapConfig(AppConfig):
    name = "portail.cdap"

    def ready(self) -> None:
        from django.core import checks

        from portail.cdap import definitions, events  # noqa: F401 -- wrong data stops the start; sentences of the journal
        from portail.cdap.gateway.annuaire import annuaire
        from portail.cdap.queries.attestations import attestation_by_code
        from portail.cdap.roles import SERVICE
        from portail.conventionnement.queries import documents
        from portail.habilitations.roles import register

        register(SERVICE)
        checks.register(keys_are_there, checks.Tags.security, deploy=True)
        documents.register(attestation_by_code)
        annuaire()  # a mistake in it stops the start


def keys_are_there(**_: object) -> list[CheckMessage]:
    """`manage.py check --deploy`: without a key no file is loaded, and none is read."""
    from django.conf import settings

    from portail.cdap.gateway.coffre import masters

    try:
        masters(settings.CDAP_KEYS_DIR)
    except ImproperlyConfigured as missing:
        return [Error(str(missing), id="cdap.E001")]
    return []

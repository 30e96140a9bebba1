"""Reads of conventions."""

from portail.conventions.models import Caf, Convention, Organisme, TypeOrganisme


def cafs_by_code() -> dict[str, Caf]:
    return {caf.code: caf for caf in Caf.objects.all()}


def types_by_code() -> dict[str, TypeOrganisme]:
    return {type_.code: type_ for type_ in TypeOrganisme.objects.all()}


def organisme_of(siret: str) -> Organisme | None:
    return Organisme.objects.filter(siret=siret).select_related("type").first()


def convention_exists(numero: int) -> bool:
    return Convention.objects.filter(numero=numero).exists()

"""The services and their roles, declared by each service's own folder."""

from dataclasses import dataclass

from portail.conventions.roles import ask_proof


@dataclass(frozen=True)
class Role:
    """What a habilitation lets one do; `code` is stored (`cdap.t1`) and never changes."""

    code: str
    libelle: str
    description: str
    proof_label: str = ""


@dataclass(frozen=True)
class MenuEntry:
    """A line of the left menu, shown to who holds one of `roles` (any role of the service when empty)."""

    label: str
    url_name: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """One of the services behind the portal: its tile, its menu, its roles."""

    code: str
    libelle: str
    description: str
    url_name: str
    icon: str
    roles: tuple[Role, ...]
    menu: tuple[MenuEntry, ...] = ()
    groupes: tuple[tuple[str, str, str], ...] = ()  # (code, libellé, role) that the Caf opens with the bulletin (S0)


SERVICES: dict[str, Service] = {}


def register(service: Service) -> None:
    """Called by the service's `apps.py`; its place on screen is the order of INSTALLED_APPS."""
    for role in service.roles:
        if role.code.partition(".")[0] != service.code:
            raise ValueError(f"le rôle {role.code} n'est pas du service {service.code}")
        if role.proof_label:
            ask_proof(role.code)
    SERVICES[service.code] = service


def service(code: str) -> Service:
    return SERVICES[code]


def role(code: str) -> Role:
    """The declared role; a role no service declares any more keeps its code as label."""
    declared = SERVICES.get(code.partition(".")[0])
    found = next((r for r in declared.roles if r.code == code), None) if declared else None
    return found or Role(code, code, "Ce rôle n'est plus proposé.")


def service_of(role_code: str) -> str:
    return role_code.partition(".")[0]


def labels(role_codes) -> str:
    """« Consulter un dossier – T1, … », in the order of the registry."""
    return ", ".join(label(code) for code in sorted(role_codes))


def label(role_code: str) -> str:
    """« Service – rôle », as on the screens."""
    declared = SERVICES.get(service_of(role_code))
    return f"{declared.libelle} – {role(role_code).libelle}" if declared else role_code


def service_label(code: str) -> str:
    """« Consulter un dossier »; a service no longer declared keeps its code as label."""
    return SERVICES[code].libelle if code in SERVICES else code


def proof_label(role_code: str) -> str:
    """What the role asks for: « Diplôme de travail social »."""
    return role(role_code).proof_label or "Justificatif"


def asking_proof() -> list[str]:
    """The codes of the roles that ask for a proof."""
    return [role.code for service in SERVICES.values() for role in service.roles if role.proof_label]

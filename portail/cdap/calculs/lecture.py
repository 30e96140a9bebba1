"""What a person reads of a dossier: the fields that his profile opens, and nothing else."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portail.cdap.definitions import label
from portail.cdap.definitions.champs import BLOCS, Bloc, Champ, champs_of
from portail.cdap.definitions.contenu import Courriers, Famille, Identite, NomPartie, Paiements, Personne
from portail.cdap.definitions.contenu import QuotientFamilial as Quotient
from portail.ui.templatetags.ui import counted, day, euros

Parties = Mapping[NomPartie, Any]
UNKNOWN = "Non connu"
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True)
class BlocLu:
    """A block as it is shown: the opened fields in their order, and for each row the value of each."""

    bloc: Bloc
    champs: list[Champ]
    rows: list[list[str]]

    @property
    def lines(self) -> list[list[tuple[Champ, str]]]:
        """Of a table: its rows, each value with its field."""
        return [list(zip(self.champs, row, strict=True)) for row in self.rows]

    @property
    def pairs(self) -> list[tuple[Champ, str]]:
        """Of a summary: each field with its value."""
        return list(zip(self.champs, self.rows[0], strict=True)) if self.rows else []


def needed(onglet: str, opened: frozenset[str]) -> list[NomPartie]:
    """The parts to fetch for a tab: those of which a field is opened, and no other."""
    champs = [champ for _, champs in champs_of(onglet) for champ in champs if champ.code in opened]
    return list(dict.fromkeys(partie for champ in champs for partie in champ.parties))


def read(onglet: str, parties: Parties, opened: frozenset[str]) -> list[BlocLu]:
    """The blocks of a tab, cut to what is opened; a block of which nothing is opened is absent."""
    read_blocs = []
    for bloc, champs in champs_of(onglet):
        kept = [champ for champ in champs if champ.code in opened]
        if kept:
            rows = [[row[_name(champ)] for champ in kept] for row in rows_of(bloc.code, parties)]
            read_blocs.append(BlocLu(bloc, kept, rows))
    return read_blocs


def rows_of(bloc: str, parties: Parties) -> Iterable[dict[str, str]]:
    """Every row of a block, every field of the given parts written out: for `read`, which cuts it, and nobody else."""
    return _ROWS[bloc](*(parties.get(partie) for partie in BLOCS[bloc].parties))


def _name(champ: Champ) -> str:
    return champ.code.partition(".")[2]


# How values are written


def cents(amount: int) -> str:
    return euros(Decimal(amount) / 100)


def month(day_of_it: date) -> str:
    """« mars 2026 »."""
    return f"{_MONTHS[day_of_it.month - 1]} {day_of_it.year}"


def _day(known: date | None) -> str:
    return day(known) if known else ""


def _yes(is_so: bool) -> str:
    return "Oui" if is_so else "Non"


def full_name(personne: Personne) -> str:
    usage = f" ({personne.nom_usage})" if personne.nom_usage else ""
    return f"{personne.prenoms} {personne.nom_naissance}{usage}"


def quotient(known: Quotient) -> str:
    return UNKNOWN if known.valeur is None else counted(known.valeur, "€,€")


def address(identite: Identite) -> str:
    lines = (identite.complement, identite.adresse, f"{identite.code_postal} {identite.commune}")
    return "\n".join(line for line in lines if line)


def adults(famille: Famille) -> list[Personne]:
    return [personne for personne in famille.personnes if personne.role in ("DEM", "CJT")]


def children(famille: Famille) -> int:
    return sum(personne.a_charge and personne.role == "ENF" for personne in famille.personnes)


# The rows of each block


def _synthese(
    identite: Identite | None,
    famille: Famille | None,
    ressources: Any,
    paiements: Paiements | None,
    courriers: Courriers | None,
) -> Iterator[dict[str, str]]:
    row: dict[str, str] = {}
    if identite:
        row |= {"adresse": address(identite), "etat": label("dossier", identite.etat)}
    if famille:
        names = "\n".join(full_name(personne) for personne in adults(famille))
        row |= {"identite": names, "enfants": str(children(famille))}
    if ressources:
        row["qf"] = _current(ressources.quotients)
    if paiements:
        row["dernier_paiement"] = _last(paiements)
    if identite and courriers:
        row["alertes"] = "\n".join(_alerts(identite, courriers))
    yield row


def _current(quotients: list[Quotient]) -> str:
    known = max(quotients, key=lambda known: known.mois, default=None)
    return f"{quotient(known)} ({month(known.mois)})" if known else UNKNOWN


def _last(paiements: Paiements) -> str:
    ligne = max(paiements.lignes, key=lambda ligne: ligne.paye_le, default=None)
    return f"{cents(ligne.net)}, {label('prestation', ligne.prestation)}, {day(ligne.paye_le)}" if ligne else ""


def _alerts(identite: Identite, courriers: Courriers) -> Iterator[str]:
    if identite.etat != "actif":
        yield f"Dossier {label('dossier', identite.etat).lower()}"
    for courrier in courriers.lignes:
        if courrier.sens == "attendu":
            yield f"Attendu depuis le {day(courrier.le)} : {courrier.objet}"


def _resume(identite: Identite) -> Iterator[dict[str, str]]:
    moves = (("Vient de", identite.arrive_de), ("Parti vers", identite.parti_vers))
    yield {
        "etat": label("dossier", identite.etat),
        "affiliation": day(identite.affilie_le),
        "regime": label("regime", identite.regime),
        "sitfam": label("sitfam", identite.sitfam),
        "sitfam_depuis": day(identite.sitfam_depuis),
        "adresse": address(identite),
        "telephone": identite.telephone,
        "courriel": identite.courriel,
        "mutation": "\n".join(f"{words} : {caf}" for words, caf in moves if caf),
    }


def _adultes(famille: Famille) -> Iterator[dict[str, str]]:
    for personne in adults(famille):
        yield {
            "role": label("role", personne.role),
            "civilite": label("civilite", personne.civilite),
            "nom": personne.nom_naissance,
            "nom_usage": personne.nom_usage,
            "prenoms": personne.prenoms,
            "naissance": day(personne.ne_le),
            "nationalite": label("nationalite", personne.nationalite),
            "situation_pro": label("situation_pro", personne.situation_pro),
        }


def _paiement(paiements: Paiements) -> Iterator[dict[str, str]]:
    for ligne in sorted(paiements.lignes, key=lambda ligne: (ligne.paye_le, ligne.prestation), reverse=True):
        yield {
            "mois": month(ligne.mois),
            "paye_le": day(ligne.paye_le),
            "prestation": label("prestation", ligne.prestation),
            "brut": cents(ligne.brut),
            "retenue": cents(ligne.retenue),
            "net": cents(ligne.net),
            "destinataire": label("destinataire", ligne.destinataire),
            "mode": label("mode", ligne.mode),
        }


def _droit(droits: Any) -> Iterator[dict[str, str]]:
    for ligne in sorted(droits.lignes, key=lambda ligne: (ligne.etat == "clos", ligne.prestation)):
        yield {
            "prestation": label("prestation", ligne.prestation),
            "depuis": day(ligne.depuis),
            "jusqu_au": _day(ligne.jusqu_au),
            "montant": cents(ligne.montant),
            "etat": label("droit", ligne.etat),
            "motif": label("motif_droit", ligne.motif) if ligne.motif else "",
        }


def _foyer(famille: Famille) -> Iterator[dict[str, str]]:
    yield {"personnes": str(len(famille.personnes)), "enfants": str(children(famille))}


def _famille(famille: Famille) -> Iterator[dict[str, str]]:
    for personne in famille.personnes:
        yield {
            "role": label("role", personne.role),
            "nom": personne.nom_naissance,
            "prenoms": personne.prenoms,
            "naissance": day(personne.ne_le),
            "sexe": label("sexe", str(personne.sexe)),
            "a_charge": _yes(personne.a_charge),
            "garde_alternee": _yes(personne.garde_alternee),
            "scolarite": label("scolarite", personne.scolarite) if personne.scolarite else "",
        }


def _qf(ressources: Any) -> Iterator[dict[str, str]]:
    for known in sorted(ressources.quotients, key=lambda known: known.mois, reverse=True):
        yield {
            "mois": month(known.mois),
            "valeur": quotient(known),
            "parts": f"{known.parts / 2:g}".replace(".", ","),
            "calcule_le": day(known.calcule_le),
        }


def _ressource(ressources: Any, famille: Famille | None) -> Iterator[dict[str, str]]:
    names = {personne.rang: full_name(personne) for personne in (famille.personnes if famille else ())}
    for ligne in sorted(ressources.lignes, key=lambda ligne: (-ligne.annee, -ligne.mois, ligne.rang, ligne.nature)):
        yield {
            "personne": names.get(ligne.rang, ""),
            "periode": month(date(ligne.annee, ligne.mois, 1)) if ligne.mois else f"Année {ligne.annee}",
            "nature": label("ressource", ligne.nature),
            "montant": cents(ligne.montant),
            "abattement": label("abattement", ligne.abattement) if ligne.abattement else "",
        }


def _rsa(rsa: Any) -> Iterator[dict[str, str]]:
    if rsa.demande_le is None:
        return
    yield {
        "numero_demande": rsa.numero_demande,
        "demande_le": day(rsa.demande_le),
        "etat": label("etatdosrsa", rsa.etat),
        "droits_devoirs": _yes(rsa.droits_devoirs),
        "majore": _yes(rsa.majore),
        "suspension": label("suspension_rsa", rsa.suspension) if rsa.suspension else "",
        "derniere_declaration": month(rsa.derniere_declaration) if rsa.derniere_declaration else "",
        "referent": rsa.referent,
    }


def _courrier(courriers: Courriers) -> Iterator[dict[str, str]]:
    for ligne in sorted(courriers.lignes, key=lambda ligne: ligne.le, reverse=True):
        yield {
            "le": day(ligne.le),
            "sens": label("courrier", ligne.sens),
            "type": label("type_courrier", ligne.type),
            "objet": ligne.objet,
            "etat": label("etat_courrier", ligne.etat),
        }


def _logement(logement: Any) -> Iterator[dict[str, str]]:
    is_rented = logement.occupation in ("LOC", "FOY")
    yield {
        "occupation": label("occupation", logement.occupation),
        "nature": label("natlog", logement.nature) if logement.nature else "",
        "entree_le": _day(logement.entree_le),
        "bailleur": logement.bailleur,
        "loyer": cents(logement.loyer) if is_rented else "",
        "charges": cents(logement.charges) if is_rented else "",
        "aide": label("prestation", logement.aide) if logement.aide else "",
        "tiers_payant": _yes(logement.tiers_payant),
        "conventionne": _yes(logement.conventionne),
        "impaye": _yes(logement.impaye),
    }


def _creance(creances: Any) -> Iterator[dict[str, str]]:
    for ligne in sorted(creances.lignes, key=lambda ligne: ligne.debut, reverse=True):
        yield {
            "nature": label("creance", ligne.nature),
            "periode": f"{month(ligne.debut)} à {month(ligne.fin)}",
            "initial": cents(ligne.initial),
            "solde": cents(ligne.solde),
            "retenue": cents(ligne.retenue),
            "recours": label("recours", ligne.recours) if ligne.recours else "",
            "transferee": _yes(ligne.transferee),
        }


_ROWS: dict[str, Callable[..., Iterator[dict[str, str]]]] = {
    "synthese": _synthese,
    "resume": _resume,
    "adultes": _adultes,
    "paiement": _paiement,
    "droit": _droit,
    "foyer": _foyer,
    "famille": _famille,
    "qf": _qf,
    "ressource": _ressource,
    "rsa": _rsa,
    "courrier": _courrier,
    "logement": _logement,
    "creance": _creance,
}

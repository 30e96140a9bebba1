"""A whole synthetic file: the same seed, Caf, number and day give the same file, whoever makes it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from portail.cdap.calculs import menages, quotient
from portail.cdap.calculs.droits import (
    ONCE,
    Compte,
    end_of,
    first_of,
    month_after,
    months_until,
    paid_on,
)
from portail.cdap.calculs.menages import EARNING, NATURES, Menage
from portail.cdap.definitions.contenu import (
    Courrier,
    Courriers,
    Creance,
    Creances,
    DroitOuvert,
    Droits,
    Famille,
    Identite,
    Logement,
    NomPartie,
    Paiement,
    Paiements,
    Partie,
    Personne,
    QuotientFamilial,
    Ressource,
    Ressources,
    Rsa,
)
from portail.cdap.definitions.fiction import drawn, fiction

HISTORY, PAID = 24, 12  # months of quotients familiaux, months of payments
AIDES = ("APL", "ALF", "ALS")
_INDUS = {"RSA": "INK", "PPA": "INN", **dict.fromkeys(AIDES, "INP")}
_SCOLARITE = ((3, "CRE"), (6, "MAT"), (11, "ELE"), (15, "COL"), (18, "LYC"))


@dataclass(frozen=True)
class DossierFictif:
    numero: int
    closed_on: date | None
    parties: dict[NomPartie, Partie]


def dossier_fictif(seed: int, caf: str, numero: int, on: date) -> DossierFictif:
    """As it stands on this day; nothing in it is anybody's."""
    draw = Random(f"{seed}/{caf}/{numero}")  # noqa: S311 -- it must be foreseen
    etat = drawn(draw, "etats")
    closed_on = on - timedelta(days=draw.randint(20, 900)) if etat == "radie" else None
    return DossierFictif(numero, closed_on, _Redaction(draw, caf, numero, closed_on or on, etat).parties())


class _Redaction:
    """Writes the parts, each from those before it."""

    def __init__(self, draw: Random, caf: str, numero: int, on: date, etat: str) -> None:
        self.draw, self.caf, self.numero, self.on, self.etat = draw, caf, numero, on, etat
        self.menage: Menage = menages.menage(draw, on)
        if etat == "radie":
            self.menage = replace(self.menage, is_known=True)
        self.compte = Compte(self.menage, on)
        self.months = months_until(on, HISTORY)
        self.history = [self.compte.droits(mois) for mois in self.months]
        self.since_suspended = self._suspended_since()
        self.creances = list(self._creances())

    def parties(self) -> dict[NomPartie, Partie]:
        paiements = [ligne for index in range(-PAID, 0) for ligne in self._paid(index)]
        return {
            NomPartie.IDENTITE: self._identite(),
            NomPartie.FAMILLE: Famille(personnes=list(self._personnes())),
            NomPartie.PAIEMENTS: Paiements(lignes=paiements),
            NomPartie.DROITS: Droits(lignes=list(self._droits())),
            NomPartie.RESSOURCES: Ressources(lignes=list(self._ressources()), quotients=list(self._quotients())),
            NomPartie.RSA: self._rsa(),
            NomPartie.COURRIERS: Courriers(lignes=sorted(self._courriers(), key=lambda each: each.le)),
            NomPartie.LOGEMENT: self._logement(),
            NomPartie.CREANCES: Creances(lignes=self.creances),
        }

    @property
    def has_left(self) -> bool:
        """Closed because the person went to another Caf; else for another reason."""
        return self.etat == "radie" and self.numero % 5 < 2

    @property
    def last(self) -> dict[str, int]:
        return self.history[-1]

    def _suspended_since(self) -> dict[str, date]:
        """Benefit → the first month no longer paid: all of a suspended file, the RSA of a missing declaration."""
        since = month_after(self.months[-1], -self.draw.randint(1, 3))
        if self.etat == "suspendu":
            return dict.fromkeys(self.last, since)
        return {"RSA": since} if "RSA" in self.last and self.draw.random() < 0.04 else {}

    # Who, and where

    def _identite(self) -> Identite:
        draw, words = self.draw, fiction()
        return Identite(
            etat=self.etat,
            affilie_le=self.menage.affilie_le,
            regime=draw.choices(("GEN", "AGR", "IND", "FON"), (86, 3, 5, 6))[0],
            sitfam=self.menage.sitfam,
            sitfam_depuis=self.menage.since,
            adresse=f"{draw.randint(1, 180)} {draw.choice(words['voies'])}",
            code_postal=f"{self.caf[:2]}99{draw.randint(5, 9)}",
            commune=draw.choice(words["communes"]),
            complement=f"Bâtiment {draw.choice('ABCDEF')}" if draw.random() < 0.2 else "",
            telephone=f"{draw.choice(('01 99 00', '06 39 98'))} {self.numero // 100 % 100:02d} {self.numero % 100:02d}",
            courriel=f"dossier{self.numero}@example.fr" if draw.random() < 0.85 else "",
            arrive_de=f"Caf {draw.choice(('521', '598', '661', '861'))}" if draw.random() < 0.06 else "",
            parti_vers=f"Caf {draw.choice(('521', '598', '661'))}" if self.has_left else "",
        )

    def _personnes(self) -> Iterator[Personne]:
        for rang, adulte in enumerate(self.menage.adultes, 1):
            yield Personne(
                rang=rang,
                role="DEM" if rang == 1 else "CJT",
                civilite="MR" if adulte.sexe == 1 else "MME",
                nom_naissance=adulte.nom,
                prenoms=adulte.prenoms,
                ne_le=adulte.ne_le,
                sexe=adulte.sexe,
                nom_usage=adulte.nom_usage,
                nationalite=adulte.nationalite,
                situation_pro=adulte.situation,
            )
        for rang, enfant in enumerate(self.menage.enfants, len(self.menage.adultes) + 1):
            age = enfant.age(self.on)
            yield Personne(
                rang=rang,
                role="ENF",
                civilite="",
                nom_naissance=enfant.nom,
                prenoms=enfant.prenoms,
                ne_le=enfant.ne_le,
                sexe=enfant.sexe,
                a_charge=0 <= age < 20,
                garde_alternee=enfant.is_alterne,
                scolarite=next((code for under, code in _SCOLARITE if age < under), "SUP"),
            )

    def _logement(self) -> Logement:
        loge = self.menage.loge
        aide = next((code for code in AIDES if code in self.last), "")
        return Logement(
            occupation=loge.occupation,
            nature={"FOY": "0903", "SDF": "0913"}.get(loge.occupation, "0901"),
            entree_le=loge.entree_le,
            bailleur=loge.bailleur,
            loyer=loge.loyer,
            charges=loge.charges,
            aide=aide,
            tiers_payant=aide == "APL",
            conventionne=loge.is_conventionne,
            impaye=bool(aide) and self.numero % 25 == 0,
        )

    # What is due, and what was paid of it

    def _paid(self, index: int) -> Iterator[Paiement]:
        """The payments of a month; a debt is taken off the benefit that it comes from."""
        mois = self.months[index]
        for code, amount in self.history[index].items():
            paye_le = paid_on(mois) if code not in ONCE else mois.replace(day=16)
            if paye_le > self.on or mois >= self.since_suspended.get(code, date.max):
                continue
            yield Paiement(
                mois=mois,
                paye_le=paye_le,
                prestation=code,
                brut=amount,
                retenue=self._retenue(code, mois, amount),
                destinataire="tiers" if code == "APL" else "allocataire",
                mode="cheque" if self.numero % 97 == 0 else "virement",
            )

    def _retenue(self, code: str, mois: date, amount: int) -> int:
        for creance in self.creances:
            if _INDUS.get(code) == creance.nature and mois > creance.fin:
                return creance.retenue if creance.retenue <= amount else 0
        return 0

    def _droits(self) -> Iterator[DroitOuvert]:
        """Each benefit that lasts, since when; one that ended within the history, until when."""
        codes = dict.fromkeys(code for droits in reversed(self.history) for code in droits if code not in ONCE)
        for code in codes:
            held = [mois for mois, droits in zip(self.months, self.history, strict=True) if code in droits]
            depuis = self._opened(code) if held[0] == self.months[0] else held[0]
            last = next(droits[code] for droits in reversed(self.history) if code in droits)
            if code not in self.last or self.etat == "radie":
                motif = "MUT" if self.has_left else "AGE" if code in ("AF", "CF", "AB", "ASF") else "01"
                yield DroitOuvert(code, depuis, "clos", last, end_of(held[-1]), motif)
            elif code in self.since_suspended:
                yield DroitOuvert(code, depuis, "suspendu", last, None, "DA" if self.etat == "suspendu" else "06")
            else:
                yield DroitOuvert(code, depuis, "ouvert", last)

    def _opened(self, code: str) -> date:
        """Of a right older than the history: when the person came, or moved in; a minimum is asked for anew."""
        if code in ("RSA", "PPA"):
            return self.months[0]
        begun = self.menage.affilie_le
        if code in AIDES:
            begun = max(begun, self.menage.loge.entree_le)
        return min(month_after(first_of(begun)), self.months[0])

    def _creances(self) -> Iterator[Creance]:
        """One file in fourteen owes what it got too much of a benefit that it still has."""
        codes = [code for code in self.last if code in _INDUS]
        if not codes or self.draw.random() > 0.07 * 2:
            return
        code = self.draw.choice(codes)
        fin = self.months[-self.draw.randint(3, 10)]
        retenue = min(self.last[code], self.draw.randint(25, 60) * 100)
        paid = sum(
            droits.get(code, 0) >= retenue
            and fin < mois < self.since_suspended.get(code, date.max)
            and paid_on(mois) <= self.on
            for mois, droits in zip(self.months, self.history, strict=True)
        )
        solde = self.draw.randint(1, 12) * retenue
        recours = self.draw.choices(("", "CRA", "REM", "REF"), (80, 5, 10, 5))[0]
        yield Creance(_INDUS[code], month_after(fin, -3), fin, solde + paid * retenue, solde, retenue, recours)

    # What the household has

    def _ressources(self) -> Iterator[Ressource]:
        if not self.menage.is_known:
            return
        for rang, adulte in enumerate(self.menage.adultes, 1):
            for annee in (self.on.year - 2, self.on.year - 3):
                amount = adulte.revenu_of(annee, self.on.year)
                nature = NATURES.get(adulte.situation, "000") if amount else "000"
                yield Ressource(rang, nature, amount, annee, 0, "A" if nature in ("010", "021") else "")
            if "RSA" in self.last or "PPA" in self.last:
                for mois in self.months[-5:-2]:
                    nature = NATURES.get(adulte.situation, "000") if adulte.revenu else "000"
                    yield Ressource(rang, nature, adulte.revenu, mois.year, mois.month)

    def _quotients(self) -> Iterator[QuotientFamilial]:
        for mois, droits in zip(self.months, self.history, strict=True):
            if mois < first_of(self.menage.affilie_le):
                continue
            enfants = self.menage.enfants_a_charge(end_of(mois))
            halves = quotient.parts(len(enfants), sum(enfant.is_handicape for enfant in enfants))
            value = quotient.quotient_familial(self.compte.ressources(mois), droits, halves)
            yield QuotientFamilial(mois, value, halves, mois.replace(day=2))

    def _rsa(self) -> Rsa:
        months = [mois for mois, droits in zip(self.months, self.history, strict=True) if "RSA" in droits]
        refused = not months and self.numero % 33 == 0
        if not months and not refused:
            return Rsa()
        is_open = "RSA" in self.last and self.etat != "radie"
        etat = "1" if refused else "5" if not is_open else "3" if "RSA" in self.since_suspended else "2"
        ages = [enfant.age(self.on) for enfant in self.menage.enfants_a_charge(self.on)]
        begun = month_after(months[0], -1) if months else self.months[0]
        earns = any(adulte.situation in EARNING for adulte in self.menage.adultes)
        return Rsa(
            numero_demande=f"RSA{self.numero:07d}",
            demande_le=begun.replace(day=1 + self.numero % 28),
            etat=etat,
            droits_devoirs=is_open and not earns,
            majore=is_open and self.compte.is_majore(ages),
            suspension="06" if etat == "3" else "",
            derniere_declaration=self.months[-2].replace(day=4) if etat == "2" else self.months[-5].replace(day=6),
            referent=fiction()["referents"][self.numero % 3] if is_open else "",
        )

    def _courriers(self) -> Iterator[Courrier]:
        draw = self.draw
        when = lambda most: self.on - timedelta(days=draw.randint(5, most))  # noqa: E731
        yield Courrier(when(300), "envoye", "NOTIF", "Vos droits ont changé", "traite")
        if draw.random() < 0.5:
            yield Courrier(when(500), "recu", "DECL", "Déclaration de changement de situation", "traite")
        if "RSA" in self.last or "PPA" in self.last:
            yield Courrier(self.months[-2].replace(day=4), "recu", "DTR", "Déclaration trimestrielle", "traite")
        for creance in self.creances:
            yield Courrier(
                month_after(creance.fin).replace(day=12), "envoye", "CREAN", "Trop-perçu à rembourser", "traite"
            )
        if self.etat == "suspendu":
            yield Courrier(when(60), "attendu", "PIECE", "Justificatif de situation", "attente")
        elif not self.menage.is_known:
            yield Courrier(when(120), "attendu", "PIECE", "Avis d'impôt ou déclaration de ressources", "attente")

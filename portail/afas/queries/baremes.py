"""The figures and the thresholds that a Caf retains: its own, else the published ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from portail.afas.calculs import Retenu, figures
from portail.afas.calculs.ecriture import in_french
from portail.afas.definitions import SURETE, Chiffre, Ligne, Seuil, TypeActivite, type_of, types
from portail.afas.enums import EtatChiffre, EtatDeclaration
from portail.afas.models import Activite, ChiffreBareme, Declaration, SeuilControle
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur

DECIDED = (EtatDeclaration.TRAITEE, EtatDeclaration.NOTIFIEE, EtatDeclaration.PAYEE)
_NATURES_SHARED = "Toutes"


def figures_for(caf: Caf, type_code: str, nature: str, exercice: int) -> dict[str, Retenu]:
    """Each figure that the formula of this nature needs, by its code: the Caf's newest of the exercice, else the
    published one of that exercice, else one without value.

    What was published for an earlier exercice never stands for a later one, unless `baremes.toml` carries it forward.
    """
    rows = ChiffreBareme.objects.filter(caf=caf, type=type_code, exercice=exercice, nature__in=("", nature))
    own = {row.code: (row.valeur, row.source) for row in rows.order_by("pk")}
    return figures(type_of(type_code), nature, exercice, own)


def seuils_for(caf: Caf, type_code: str) -> dict[str, Decimal]:
    """The Caf's own thresholds of a type; those it has not chosen are the definition's."""
    rows = SeuilControle.objects.filter(caf=caf, type=type_code).order_by("pk")
    return dict(rows.values_list("code", "valeur"))


@dataclass(frozen=True)
class ChiffreLu:
    """A figure of an exercice as a Caf reads it: its own, published, or missing."""

    type: TypeActivite
    exercice: int
    published: Chiffre
    own: ChiffreBareme | None = None

    @property
    def libelle(self) -> str:
        return self.published.libelle

    @property
    def type_label(self) -> str:
        return self.type.libelle

    @property
    def nature_label(self) -> str:
        """Empty where the type has one nature only."""
        if self.published.nature:
            return self.type.natures[self.published.nature]
        return _NATURES_SHARED if len(self.type.natures) > 1 else ""

    @property
    def bareme(self) -> str:
        """Where the figure stands: « Établissement d'accueil du jeune enfant · exercice 2025 »."""
        nature = self.nature_label if self.published.nature else ""
        return " · ".join(filter(None, [self.type_label, nature, f"exercice {self.exercice}"]))

    @property
    def valeur(self) -> Decimal | None:
        return self.own.valeur if self.own else self.published.valeur

    @property
    def valeur_written(self) -> str:
        return in_french(self.valeur, self.published.unite) if self.valeur is not None else ""

    @property
    def source(self) -> str:
        """Where it comes from; of a figure carried forward, from which exercice."""
        if self.own:
            return self.own.source
        return self.published.source_for(self.exercice)

    @property
    def surete(self) -> str:
        """How sure it is, in words."""
        if self.own:
            return "saisi par votre Caf"
        return SURETE[self.published.surete] if self.valeur is not None else ""

    @property
    def etat(self) -> EtatChiffre:
        if self.own:
            return EtatChiffre.SAISI
        if self.valeur is None:
            return EtatChiffre.MANQUANT
        return EtatChiffre.A_CONFIRMER if self.published.surete == "M" else EtatChiffre.PUBLIE

    @property
    def etat_rank(self) -> int:
        """What is missing comes first."""
        return list(EtatChiffre).index(self.etat)

    @property
    def entered_by(self) -> str:
        return self.own.entered_by.nom_complet if self.own else ""

    @property
    def last_known(self) -> Chiffre | None:
        """Of a missing figure, what was published last for an earlier exercice: it does not stand, but it helps."""
        if self.valeur is not None:
            return None
        same = [figure for figure in self.type.chiffres if figure.key == self.published.key]
        known = [figure for figure in same if figure.valeur is not None and figure.exercice < self.exercice]
        return max(known, key=lambda figure: figure.exercice, default=None)

    @property
    def used_by(self) -> list[str]:
        """The lines of the formula that read it, nature by nature."""
        lines = self.type.definition(self.exercice).lignes
        return list(dict.fromkeys(line.libelle for line in lines if self._is_read_by(line)))

    def _is_read_by(self, line: Ligne) -> bool:
        nature = self.published.nature
        return self.published.code in line.expression.terms and (not nature or line.is_for(nature))


@dataclass(frozen=True)
class SeuilLu:
    """A threshold of the checks of a type as a Caf reads it: its own, else the portal's."""

    type: TypeActivite
    seuil: Seuil
    own: SeuilControle | None = None

    @property
    def libelle(self) -> str:
        return self.seuil.libelle

    @property
    def type_label(self) -> str:
        return self.type.libelle

    @property
    def valeur(self) -> Decimal:
        return self.own.valeur if self.own else self.seuil.valeur

    @property
    def valeur_written(self) -> str:
        return in_french(self.valeur, self.seuil.unite)

    @property
    def portail_written(self) -> str:
        return in_french(self.seuil.valeur, self.seuil.unite)

    @property
    def origine(self) -> str:
        return "Votre Caf" if self.own else "Portail"

    @property
    def entered_by(self) -> str:
        return self.own.entered_by.nom_complet if self.own else ""

    @property
    def used_by(self) -> list[str]:
        """The checks that read it."""
        definition = self.type.definitions[max(self.type.definitions)]
        return [f"{c.code} – {c.libelle}" for c in definition.controles if self.seuil.code in c.expression.terms]


def exercices(on: date) -> range:
    """The exercices whose barème is shown, the next one included: the oldest first."""
    oldest = min(since for each in types().values() for since in each.definitions)
    return range(oldest, on.year + 2)


def chiffres_for(acteur: Acteur, exercice: int) -> list[ChiffreLu]:
    """Every figure of the exercice, what is missing first."""
    rows = list(_entered(acteur, exercice=exercice))
    read = [
        ChiffreLu(each, exercice, published, _newest(rows, each.code, published))
        for each in types().values()
        for published in each.figures(exercice)
    ]
    return sorted(read, key=lambda chiffre: chiffre.etat_rank)


def chiffre_for(acteur: Acteur, bareme: str, annee: int, chiffre: str) -> ChiffreLu:
    """The figure that this key names, as the Caf of the person reads it.

    :raises ChiffreBareme.DoesNotExist: for another key, or a person of no Caf
    """
    if acteur.caf is None or bareme not in types() or annee not in exercices(acteur.on):
        raise ChiffreBareme.DoesNotExist
    type_ = type_of(bareme)
    published = next((figure for figure in type_.figures(annee) if figure.key == chiffre), None)
    if published is None:
        raise ChiffreBareme.DoesNotExist
    rows = list(_entered(acteur, exercice=annee, type=bareme))
    return ChiffreLu(type_, annee, published, _newest(rows, bareme, published))


def history_of(acteur: Acteur, chiffre: ChiffreLu) -> list[ChiffreBareme]:
    """What the Caf entered of it for this exercice, the newest first."""
    nature = chiffre.published.nature
    rows = _entered(acteur, exercice=chiffre.exercice, type=chiffre.type.code, code=chiffre.published.code)
    return list(rows.filter(nature__in=("", nature)))


def _entered(acteur: Acteur, **where: object) -> QuerySet[ChiffreBareme]:
    return ChiffreBareme.objects.filter(caf=acteur.caf, **where).select_related("entered_by").order_by("-pk")


def _newest(rows: Iterable[ChiffreBareme], type_code: str, published: Chiffre) -> ChiffreBareme | None:
    key = (type_code, published.code)
    return next((r for r in rows if (r.type, r.code) == key and r.nature in ("", published.nature)), None)


@dataclass(frozen=True)
class Effets:
    """What a new figure touches: activités of the Caf, declarations still to be worked out, those already decided."""

    activites: int
    waiting: int
    decided: int


def effects_of(acteur: Acteur, chiffre: ChiffreLu) -> Effets:
    concerned = Activite.objects.filter(caf=acteur.caf, type=chiffre.type.code)
    if chiffre.published.nature:
        concerned = concerned.filter(nature=chiffre.published.nature)
    declared = Declaration.objects.filter(
        caf=acteur.caf, activite__in=concerned.order_by(), echeance__exercice=chiffre.exercice
    )
    decided = declared.filter(etat__in=DECIDED).count()
    return Effets(concerned.open_on(acteur.on).count(), declared.count() - decided, decided)


def seuils_of(acteur: Acteur) -> list[SeuilLu]:
    """Every threshold of every type, as it now stands."""
    rows = list(_chosen(acteur))
    return [
        SeuilLu(each, seuil, _last(rows, each.code, seuil.code))
        for each in types().values()
        for seuil in each.definitions[max(each.definitions)].thresholds
    ]


def seuil_for(acteur: Acteur, bareme: str, seuil: str) -> SeuilLu:
    """The threshold of this type and code, as the Caf of the person reads it.

    :raises SeuilControle.DoesNotExist: for another one, or a person of no Caf
    """
    if acteur.caf is None or bareme not in types():
        raise SeuilControle.DoesNotExist
    type_ = type_of(bareme)
    found = next((s for s in type_.definitions[max(type_.definitions)].thresholds if s.code == seuil), None)
    if found is None:
        raise SeuilControle.DoesNotExist
    return SeuilLu(type_, found, _last(_chosen(acteur, type=bareme, code=seuil), bareme, seuil))


def seuil_history_of(acteur: Acteur, seuil: SeuilLu) -> list[SeuilControle]:
    """What the Caf chose, the newest first."""
    return list(_chosen(acteur, type=seuil.type.code, code=seuil.seuil.code))


def _chosen(acteur: Acteur, **where: object) -> QuerySet[SeuilControle]:
    return SeuilControle.objects.filter(caf=acteur.caf, **where).select_related("entered_by").order_by("-pk")


def _last(rows: Iterable[SeuilControle], type_code: str, code: str) -> SeuilControle | None:
    return next((row for row in rows if (row.type, row.code) == (type_code, code)), None)

"""From what was declared to what it means: totals, checks, right. Pure: no database, no day, no person."""

from portail.afas.calculs.baremes import Retenu, figures
from portail.afas.calculs.controles import Constat, constats
from portail.afas.calculs.droits import Calcul, LigneCalculee, calculated
from portail.afas.calculs.valeurs import Terme, Valeurs, gathered, missing, read_number

__all__ = [
    "Calcul",
    "Constat",
    "LigneCalculee",
    "Retenu",
    "Terme",
    "Valeurs",
    "calculated",
    "constats",
    "figures",
    "gathered",
    "missing",
    "read_number",
]

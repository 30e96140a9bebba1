"""What a dossier holds and who reads it, as data: shapes of its parts, fields by tab, code lists, matrix shipped."""

from portail.cdap.definitions.champs import CHAMPS, Champ, champs_of
from portail.cdap.definitions.codes import label
from portail.cdap.definitions.contenu import PARTIES, Partie, decoded, encoded
from portail.cdap.definitions.matrice import DEMONSTRATION

__all__ = ["CHAMPS", "DEMONSTRATION", "PARTIES", "Champ", "Partie", "champs_of", "decoded", "encoded", "label"]

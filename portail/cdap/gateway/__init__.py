"""Where the files are: the portal asks « this Caf, this number », whoever keeps them."""

from portail.cdap.gateway.sources import Fiche, Source, UnavailableError, source_of
from portail.cdap.gateway.tables import Tables

__all__ = ["Fiche", "Source", "Tables", "UnavailableError", "source_of"]

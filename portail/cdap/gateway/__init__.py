"""Where the files are: the portal asks « this Caf, this number », whoever keeps them."""

from portail.cdap.gateway.sources import Fiche, Source, UnavailableError, source_of

__all__ = ["Fiche", "Source", "UnavailableError", "source_of"]

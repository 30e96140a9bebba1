"""From the parts of a dossier to what a person may read of it; from a household to its rights. Pure."""

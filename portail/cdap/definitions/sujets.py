"""The subjects of a dialogue as they are shipped: ours, for a Caf that has not written its own list."""

SUJETS = (
    "Adresse ou coordonnées",
    "Autre question sur le dossier",
    "Composition de la famille",
    "Créance ou remboursement",
    "Droit ou paiement",
    "Logement",
    "Pièce attendue ou envoyée",
    "Quotient familial ou ressources",
    "RSA",
)

"""One invented file, kept in the demo for the pictures of « Aide en ligne »: `python tools/exemple.py CAF`.

Run beside a demo, with its variables; it makes the demo's key when there is none, and says the number of the file.
"""

import os
import sys
from datetime import date
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
NUMERO = 9014207


def parties() -> dict:
    """A mother and her two children, all invented; amounts in cents."""
    from portail.cdap.definitions import contenu as c

    name = c.NomPartie
    mother = c.Personne(
        rang=1,
        role="DEM",
        civilite="MME",
        nom_naissance="EXEMPLE",
        prenoms="Capucine",
        ne_le=date(1991, 5, 17),
        sexe=2,
        nationalite="F",
        situation_pro="SAL",
    )
    children = [
        c.Personne(
            rang=rang,
            role="ENF",
            civilite="",
            nom_naissance="EXEMPLE",
            prenoms=prenoms,
            ne_le=born,
            sexe=sexe,
            a_charge=True,
            scolarite=scolarite,
        )
        for rang, prenoms, born, sexe, scolarite in (
            (2, "Anatole", date(2017, 9, 3), 1, "ELE"),
            (3, "Marguerite", date(2021, 2, 25), 2, "MAT"),
        )
    ]
    months = [date(2026, month, 1) for month in (11, 10, 9)]
    return {
        name.IDENTITE: c.Identite(
            etat="actif",
            affilie_le=date(2017, 10, 1),
            regime="GEN",
            sitfam="CEL",
            sitfam_depuis=date(2022, 3, 1),
            adresse="8 rue des Exemples",
            code_postal="13990",
            commune="Val-Mimosa",
        ),
        name.FAMILLE: c.Famille(personnes=[mother, *children]),
        name.PAIEMENTS: c.Paiements(
            lignes=[
                c.Paiement(
                    mois=month,
                    paye_le=date(month.year, month.month, 5),
                    prestation="AF",
                    brut=15_105,
                    retenue=0,
                    destinataire="allocataire",
                    mode="virement",
                )
                for month in months
            ]
        ),
        name.DROITS: c.Droits(
            lignes=[c.DroitOuvert(prestation="AF", depuis=date(2021, 3, 1), etat="ouvert", montant=15_105)]
        ),
        name.RESSOURCES: c.Ressources(
            lignes=[c.Ressource(rang=1, nature="001", montant=1_684_000, annee=2024)],
            quotients=[
                c.QuotientFamilial(mois=month, valeur=valeur, parts=6, calcule_le=month)
                for month, valeur in zip(months, (518, 518, None), strict=True)
            ],
        ),
        name.RSA: c.Rsa(),
        name.COURRIERS: c.Courriers(
            lignes=[
                c.Courrier(le=date(2026, 10, 12), sens="attendu", type="PIECE", objet="Attestation", etat="attente")
            ]
        ),
        name.LOGEMENT: c.Logement(
            occupation="LOC", entree_le=date(2022, 4, 1), bailleur="Habitat de l'Exemple", loyer=54_000, charges=6_200
        ),
        name.CREANCES: c.Creances(lignes=[]),
    }


def main(code: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from portail.cdap.definitions import encoded
    from portail.cdap.gateway.coffre import coffre_of, create_key
    from portail.cdap.models import Dossier
    from portail.conventions.models import Caf

    if not settings.DEMO:
        sys.stderr.write("Ce dossier inventé n'entre que dans la démonstration.\n")
        return 1
    if not any(settings.CDAP_KEYS_DIR.glob("*.key")):
        create_key(settings.CDAP_KEYS_DIR)
    coffre, caf = coffre_of(code), Caf.objects.get(code=code)
    if not Dossier.objects.filter(caf=caf, numero=NUMERO).exists():
        kept = {partie: coffre.close(encoded(content), NUMERO, partie) for partie, content in parties().items()}
        Dossier.objects.create(
            caf=caf, numero=NUMERO, empreinte_1=coffre.empreinte("EXEMPLE", date(1991, 5, 17)), **kept
        )
    sys.stdout.write(f"{NUMERO}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""A wrong definition stops the start and says what is wrong; a right one reads as it is written."""

import re
import shutil
from pathlib import Path

import pytest

from portail.afas.definitions import HERE, SURETE, DefinitionError, type_of, types
from portail.afas.definitions.reading import type_in
from portail.afas.enums import VoletKind
from tests.afas.render import FILE, render

WRONG = [
    ("2023/champs.toml", 'calcul = "heures_realisees_m6 + heures_realisees_p6"', 'calcul = "heures_perdues"',
     "heures_realisees demande « heures_perdues », que rien ne donne"),
    ("2023/champs.toml", 'calcul = "capacite * jours_ouverture * amplitude"', 'calcul = "capacite_theorique * 2"',
     "capacite_theorique se calcule à partir de lui-même"),
    ("2023/champs.toml", 'code = "capacite_m6"', 'code = "capacite"', "le champ capacite est écrit deux fois"),
    ("2023/champs.toml", 'code = "enfants"', 'code = "taux_ps"', "le nom taux_ps est pris deux fois"),
    ("2023/champs.toml", 'code = "enfants"', 'code = "occupation_min"', "le nom occupation_min est pris deux fois"),
    ("2023/champs.toml", 'code = "enfants",', 'code = "enfants", format = "date",', "a un format, un cumul ou des"),
    ("2023/champs.toml", 'code = "enfants",', 'code = "enfants", decimales = -1,', "a un format, un cumul ou des"),
    ("2023/champs.toml", 'code = "enfants",', 'code = "enfants", par_lieu = true,', "il est déjà saisi par lieu"),
    ("2023/champs.toml", 'unite = "%", decimales = 2, calcul', 'obligatoire = true, unite = "%", decimales = 2, calcul',
     "il ne peut pas être obligatoire"),
    ("2023/champs.toml", 'natures = ["periscolaire"], aide = "Comptée', 'natures = ["nuit"], aide = "Comptée',
     "plage_midi dit des natures inconnues : nuit"),
    ("2023/champs.toml", 'code = "ouverture"', 'titre = "ouverture"', "alsh : 'code'"),
    ("2023/controles.toml", 'niveau = "bloquant"', 'niveau = "grave"', "n'est ni bloquant ni à justifier"),
    ("2023/controles.toml", 'phases = ["actualise_septembre"]', 'phases = ["octobre"]', "phases inconnues : octobre"),
    ("2023/controles.toml", 'natures = ["periscolaire", "extrascolaire"]', 'natures = []',
     "C03-places demande « capacite_m6 »"),
    ("2023/controles.toml", 'code = "C03-places"', 'code = "C02"', "C02 est écrit deux fois"),
    ("2023/controles.toml", 'expression = "taux_rg <= 100"', 'expression = "taux_rg <= "', "ne se lit pas"),
    ("2023/formule.toml", "decimales = 2", "decimales = 0", "n'est pas un montant en euros"),
    ("2023/formule.toml", "prestation + bonification_mercredi", "prestation", "ne mène pas au montant"),
    ("2023/formule.toml", 'code = "prix_retenu"', 'code = "prix_de_revient"', "prix_de_revient est écrite deux fois"),
    ("2023/formule.toml", "min(prix_de_revient, prix_plafond)", "min(droit, prix_plafond)", "demande « droit »"),
    ("baremes.toml", "exercice = 2024, valeur = 4.50", "exercice = 2025, valeur = 4.50", "deux fois pour 2025"),
    ("baremes.toml", 'natures = ["adolescents", "accueil_jeunes"]', 'natures = ["nuit"]', "dit une nature inconnue"),
    ("baremes.toml", 'natures = ["adolescents", "accueil_jeunes"]\n', "", "pour toutes les natures, ou pour chacune"),
    ("baremes.toml", 'surete = "M"', 'surete = "Z"', "n'a pas de source ou de sûreté"),
    ("type.toml", "[natures]", "[autres]", "alsh : 'natures'"),
    ("type.toml", 'libelle = "Accueil', 'libelle = Accueil', "ne se lit pas"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HERE / "alsh", tmp_path / "alsh"))


def test_a_copy_of_a_right_folder_reads(folder: Path) -> None:
    assert type_in(folder).natures == type_of("alsh").natures


@pytest.mark.parametrize(("name", "before", "after", "said"), WRONG)
def test_what_is_wrong_is_said_at_start(folder: Path, name: str, before: str, after: str, said: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")

    with pytest.raises(DefinitionError, match=re.escape(said)):
        type_in(folder)


def test_a_type_without_scenarios_nor_years_says_both(folder: Path) -> None:
    (folder / "scenarios.yaml").unlink()
    for year in ("2023", "2024"):
        shutil.rmtree(folder / year)

    with pytest.raises(DefinitionError, match=r"aucun dossier d'année ; .*scenarios.yaml"):
        type_in(folder)


def test_a_year_only_says_what_changes() -> None:
    old, new = (type_of("alsh").definition(year) for year in (2023, 2024))

    added = new.champs(VoletKind.ACTIVITE, "adolescents").keys() - old.champs(VoletKind.ACTIVITE, "adolescents").keys()

    assert added == {"enfants_aeeh", "heures_aeeh"}
    assert {c.code for c in new.controles} - {c.code for c in old.controles} == {"C03-aeeh"}
    assert (
        type_of("eaje").definition(2025).seuils["participation_max"]
        > type_of("eaje").definition(2024).seuils["participation_max"]
    )


def test_a_type_makes_a_shared_account_compulsory() -> None:
    compulsory = {code: type_of(code).definition(2025).champs(VoletKind.FINANCIER, nature)["p70641"].obligatoire
                  for code, nature in (("alsh", "periscolaire"), ("eaje", "psu"))}  # fmt: skip

    assert compulsory == {"alsh": False, "eaje": True}


@pytest.mark.parametrize("code", sorted(types()))
def test_every_word_shown_is_there_and_no_source_is_an_address(code: str) -> None:
    type_ = types()[code]
    for definition in type_.definitions.values():
        assert all(champ.libelle and (champ.unite or champ.format == "oui_non") for champ in definition.every_champ)
        assert all(each.mots.strip() and each.libelle for each in (*definition.controles, *definition.lignes))
        assert all(controle.message.endswith(".") for controle in definition.controles)
    said = [each for made in type_.definitions.values() for each in (*made.every_champ, *made.lignes)]
    sources = [each.source for each in (*type_.chiffres, *said)]
    assert [source for source in sources if re.search(r"https?:|www\.|\.(fr|com|org)\b", source)] == []


def test_a_published_figure_says_how_sure_it_is() -> None:
    assert {figure.surete for each in types().values() for figure in each.chiffres if figure.valeur} <= set(SURETE)


# What stands for an exercice


def _figure(code: str, key: str, exercice: int):
    return next(figure for figure in type_of(code).figures(exercice) if figure.key == key)


def test_a_figure_of_an_earlier_year_does_not_stand_for_a_later_one() -> None:
    assert _figure("alsh", "complement_inclusif_heure", 2025).valeur is not None
    assert _figure("alsh", "complement_inclusif_heure", 2026).valeur is None


def test_a_rate_that_is_carried_forward_stands_until_another_is_written() -> None:
    carried = _figure("alsh", "taux_ps", 2026)

    assert (carried.valeur, carried.exercice, carried.is_carried) == (30, 2023, True)


def test_a_figure_may_differ_from_a_nature_to_another() -> None:
    found = {figure.key: figure.valeur for figure in type_of("alsh").figures(2025) if figure.code == "prix_plafond"}

    assert found["prix_plafond-periscolaire"] != found["prix_plafond-extrascolaire"]
    assert found["prix_plafond-adolescents"] is None


def test_types_activite_md_is_these_definitions() -> None:
    assert FILE.read_text(encoding="utf-8") == render(), "python -m tests.afas.render"

"""« Aide en ligne »: its part of the table of the rights; see `tests.permissions.cdap`."""

# fmt: off
AREAS: dict[str, str] = {
    "Aide en ligne": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    aide:fiche_list                    con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    GET    aide:fiche_view                    con  200  200  200  200  1er  con  200  200  200  200  200  200  200
    """,
}
# fmt: on
RULES: dict[str, str] = {
    "aide.refuse_fiches": "Toute personne connectée.",
    "aide.refuse_fiche": "Toute personne connectée.",
}

"""What was loaded of the files of a Caf."""

# fmt: off
AREAS: dict[str, str] = {
    "Consulter un dossier : chargements": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    cdap:chargement_list               con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    cdap:chargement_export             con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    """,
}
# fmt: on
RULES: dict[str, str] = {
    "cdap.refuse_chargements": "Les agents de la Caf ; chacun voit ce qui a été chargé pour sa Caf.",
}

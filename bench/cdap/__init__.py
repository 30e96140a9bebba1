"""« Consulter un dossier »: files, consultations, what watches them."""

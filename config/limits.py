"""The portal's own limits, each documented in docs/exploitation/reglages.md."""

import os

from config import env

PORTAIL = {
    "HASHES_AT_ONCE": env.integer("PORTAIL_HASHES_AT_ONCE", os.cpu_count() or 1, at_least=1),
    "HASHES_WAITING": env.integer("PORTAIL_HASHES_WAITING", 4, at_least=1),
    "IDLE_SECONDS": env.integer("PORTAIL_IDLE_SECONDS", 30 * 60, at_least=10),
    "IDLE_WARNING_SECONDS": env.integer("PORTAIL_IDLE_WARNING_SECONDS", 2 * 60, at_least=5),
    "SESSION_SECONDS": env.integer("PORTAIL_SESSION_SECONDS", 12 * 3600, at_least=60),
    "SESSIONS_AT_ONCE": env.integer("PORTAIL_SESSIONS_AT_ONCE", 3, at_least=1),
    "PROVISIONAL_HOURS": env.integer("PORTAIL_PROVISIONAL_HOURS", 24, at_least=1),
    "PASSWORD_LENGTH": env.integer("PORTAIL_PASSWORD_LENGTH", 8, at_least=8),
    "PASSWORD_LENGTH_CAF": env.integer("PORTAIL_PASSWORD_LENGTH_CAF", 12, at_least=8),
    "MAIL_CHANGE_HOURS": env.integer("PORTAIL_MAIL_CHANGE_HOURS", 24, at_least=1),
    "RESETS_PER_HOUR": env.integer("PORTAIL_RESETS_PER_HOUR", 3, at_least=1),
    "ADDRESS_TRIES": env.integer("PORTAIL_ADDRESS_TRIES", 15, at_least=1),
    "ADDRESS_TRY_SECONDS": env.integer("PORTAIL_ADDRESS_TRY_SECONDS", 30, at_least=1),
    "COURRIEL_TRIES": env.integer("PORTAIL_COURRIEL_TRIES", 8, at_least=1),
    "EXPORT_ROWS": env.integer("PORTAIL_EXPORT_ROWS", 50_000, at_least=1),
    "UNUSED_MONTHS": env.integer("PORTAIL_UNUSED_MONTHS", 12, at_least=1),
    "IMPORT_ROWS": env.integer("PORTAIL_IMPORT_ROWS", 5_000, at_least=1),
    "IMPORT_BYTES": env.integer("PORTAIL_IMPORT_BYTES", 5_000_000, at_least=1000),
    "IMPORT_UNPACKED_BYTES": env.integer("PORTAIL_IMPORT_UNPACKED_BYTES", 50_000_000, at_least=1000),
    "IMPORT_DAYS": env.integer("PORTAIL_IMPORT_DAYS", 30, at_least=1),
    "LOT_ROWS": env.integer("PORTAIL_LOT_ROWS", 5_000, at_least=1),
    "SIMULATION_AT_ONCE": env.integer("PORTAIL_SIMULATION_AT_ONCE", 300),
    "AVIS_DAYS": env.integer("PORTAIL_AVIS_DAYS", 30, at_least=1),
    "AVIS_LAST_DAYS": env.integer("PORTAIL_AVIS_LAST_DAYS", 7, at_least=1),
    "CAMPAGNE_UNDO_DAYS": env.integer("PORTAIL_CAMPAGNE_UNDO_DAYS", 15, at_least=1),
    "DOSSIER_DAYS": env.integer("PORTAIL_DOSSIER_DAYS", 7, at_least=1),
    "INCIDENT_HOURS": env.integer("PORTAIL_INCIDENT_HOURS", 4, at_least=1),
    "USAGE_AVIS_DAYS": env.integer("PORTAIL_USAGE_AVIS_DAYS", 60, at_least=1),
    "USAGE_AVIS_LAST_DAYS": env.integer("PORTAIL_USAGE_AVIS_LAST_DAYS", 15, at_least=1),
    "JUSTIFICATIF_BYTES": env.integer("PORTAIL_JUSTIFICATIF_BYTES", 5_000_000, at_least=1000),
    "JUSTIFICATIF_DAYS": env.integer("PORTAIL_JUSTIFICATIF_DAYS", 30, at_least=1),
    "AFAS_LOT_VERSEMENTS": env.integer("PORTAIL_AFAS_LOT_VERSEMENTS", 1_000, at_least=1),
    "TRUSTED_PROXIES": env.integer("PORTAIL_TRUSTED_PROXIES", 0),
}

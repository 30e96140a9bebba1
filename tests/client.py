"""A browser that behaves."""

import re
import uuid

from django.db import connection
from django.test import Client


class PortailClient(Client):
    """Sends the key of each form, and fails the test when a GET changes something."""

    # What each request leaves: the journal, the session, and that a service was opened (S4).
    HARMLESS = (
        "INSERT INTO journal_",
        'INSERT INTO "journal_',
        'UPDATE "comptes_session"',
        'INSERT INTO "comptes_session"',
        "INSERT INTO habilitations_usageservice",
    )

    def post(self, path, data=None, *args, **kwargs):
        if isinstance(data, dict) or data is None:
            data = {"cle": str(uuid.uuid4()), **(data or {})}
        return super().post(path, data, *args, **kwargs)

    def get(self, *args, **kwargs):
        with connection.execute_wrapper(self._refuse_writes):
            response = super().get(*args, **kwargs)
        if response.streaming:
            content = b"".join(response.streaming_content)
            for close in response._resource_closers:  # response.close() would end the test's own connection too
                close()
            response.streaming_content = [content]
        if response.headers.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode()
            assert "{{" not in page, "variable non rendue"
            assert "{%" not in page, "balise non rendue"
            ids = re.findall(r'(?<=\sid=")[^"]+', page)
            assert len(ids) == len(set(ids)), f"ids en double : {sorted({each for each in ids if ids.count(each) > 1})}"
            for inline in (" style=", " onclick=", "<style", "javascript:"):
                assert inline not in page, f"{inline} dans la page"
        return response

    def _refuse_writes(self, execute, sql, params, many, context):
        statement = sql.lstrip()
        if statement.upper().startswith("WITH"):  # may write while it reads, as a tab of a file does
            statement = next(iter(re.findall(r"(?s)\b(?:INSERT|UPDATE|DELETE)\b.*", statement)), "")
        if statement[:6].upper() in ("INSERT", "UPDATE", "DELETE") and not statement.startswith(self.HARMLESS):
            raise AssertionError(f"un GET écrit : {sql[:120]}")
        return execute(sql, params, many, context)

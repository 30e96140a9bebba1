"""What plugs our accounts into Django and django-allauth: hasher, backend, session store, adapter."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string

from portail.comptes.models import Session, Utilisateur
from portail.journal.events import CURRENT, NO_REQUEST, RequestInfo
from portail.journal.middleware import client_address
from portail.ui.rules import Busy

TOUCH_EVERY = timedelta(seconds=5)
# Who owns the session that this request came with: read with it, and asked for by Django a moment later.
_OWNER: ContextVar[tuple[RequestInfo, Utilisateur | None]] = ContextVar("portail_owner", default=(NO_REQUEST, None))
_PLACES = threading.BoundedSemaphore(settings.PORTAIL["HASHES_WAITING"])


class Argon2id(Argon2PasswordHasher):
    """Argon2id with the costs of the settings; a password is hashed anew at sign-in when they change."""

    time_cost = settings.ARGON2["time_cost"]
    memory_cost = settings.ARGON2["memory_cost"]
    parallelism = settings.ARGON2["parallelism"]


@contextmanager
def hash_slot(wait: float = 1.5) -> Iterator[None]:
    """At most as many hashes at once as the settings say, over all processes of the machine.

    File locks: the system releases them even when a process is killed.

    :raises Busy: when none came free within `wait` seconds
    """
    folder = settings.DATA_DIR / "hash-slots"
    folder.mkdir(parents=True, exist_ok=True)
    slots = [os.open(folder / str(n), os.O_CREAT | os.O_RDWR, 0o600) for n in range(settings.PORTAIL["HASHES_AT_ONCE"])]
    try:
        deadline = time.monotonic() + wait
        while not any(_locked(slot) for slot in slots):
            if time.monotonic() > deadline:
                raise Busy(retry_after=3)
            time.sleep(0.002)
        yield
    finally:
        for slot in slots:
            os.close(slot)


@contextmanager
def hash_queue() -> Iterator[None]:
    """A place among the few of this process that may wait for a slot, so that a crowd leaves threads to the others.

    :raises Busy: at once, when they are all taken
    """
    if not _PLACES.acquire(blocking=False):
        raise Busy(retry_after=3)
    try:
        yield
    finally:
        _PLACES.release()


def _locked(slot: int) -> bool:
    try:
        fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Backend(BaseBackend):
    """Finds the person of a session; who may open one is decided by `actions.sign_in` alone."""

    def get_user(self, user_id: Any) -> Utilisateur | None:
        request, owner = _OWNER.get()
        is_known = owner is not None and request is CURRENT.get() and str(owner.pk) == str(user_id)
        utilisateur = owner if is_known else Utilisateur.objects.signed_in(user_id)
        return utilisateur if utilisateur and utilisateur.is_active else None


class SessionStore(DatabaseStore):
    """A session ends 30 minutes after its owner's last act, and 12 hours after it began, whatever is saved in it."""

    origin: tuple[str, str] | None = None
    row: Session | None = None
    created_with: dict[str, Any] | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = Session.objects.alive(self.session_key)
        if self.row is None:
            self._session_key = None
        elif CURRENT.get() is not NO_REQUEST:
            _OWNER.set((CURRENT.get(), self.row.utilisateur))
        return self.row

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        values = {"session_data": self.encode(data), "utilisateur_id": data.get("_auth_user_id")}
        if must_create:
            address, browser = self.origin or (self.row and (self.row.address, self.row.browser)) or ("", "")
            self.row = Session.objects.create(
                session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
                expire_date=timezone.now() + timedelta(seconds=settings.PORTAIL["SESSION_SECONDS"]),
                address=address,
                browser=browser[:300],
                **values,
            )
            self.created_with = dict(data)
        elif data == self.created_with:
            return  # stored a moment ago, at sign-in
        elif not Session.objects.filter(session_key=self.session_key).update(**values):
            raise UpdateError

    def _get_new_session_key(self) -> str:
        """Drawn among 36³²: that another session has it is left to the base, which would refuse it."""
        return get_random_string(32, VALID_KEY_CHARS)

    def create(self) -> None:
        self._session_key = self._get_new_session_key()
        self.save(must_create=True)
        self.modified = True

    def cycle_key(self) -> None:
        """A new key for the same session; what was ended in the meantime is not brought back.

        A session that was never stored gets its key when it is.

        :raises SessionInterrupted: when it was
        """
        if self.session_key is None:
            self.modified = True
            return
        if self.row is not None and not self.exists(self.row.session_key):
            raise SessionInterrupted("La session a été fermée entre-temps.")
        super().cycle_key()

    def touch(self) -> None:
        """Notes that its owner has just done something; written at most every five seconds."""
        now = timezone.now()
        if self.row is not None and now - self.row.last_seen_at > TOUCH_EVERY:
            Session.objects.filter(session_key=self.session_key).update(last_seen_at=now)


class AccountAdapter(DefaultAccountAdapter):
    """allauth serves sign-in and, later, the second factor; nobody registers alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Utilisateur) -> None:
        request.session.origin = (client_address(request), request.headers.get("User-Agent", ""))  # type: ignore[attr-defined]
        super().login(request, user)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say what happened; allauth's own sentences are not shown."""

"""The door, for the tests of the whole surface."""

from tests.comptes.conftest import sign_in

__all__ = ["sign_in"]

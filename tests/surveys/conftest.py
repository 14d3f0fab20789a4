from tests.web.conftest import clock, office, site

__all__ = ["clock", "office", "site"]

"""The servers that the tests lean on."""

import urllib.parse

import psycopg
import pytest

from tests.servers.postgres import Postgres, name_in


@pytest.mark.postgres
def test_every_test_gets_an_empty_database_of_its_own(
    postgres: Postgres, postgres_url: str
) -> None:
    with postgres.database() as other, psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE seen (at timestamptz)")
        connection.commit()
        with psycopg.connect(other) as neighbour:
            assert neighbour.execute("SELECT to_regclass('seen')").fetchone() == (None,)


@pytest.mark.postgres
def test_a_database_can_be_copied_with_what_is_in_it(postgres: Postgres, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE seen (what text)")
        connection.execute("INSERT INTO seen VALUES ('日本')")
    with postgres.database(template=name_in(postgres_url)) as copy, psycopg.connect(copy) as reader:
        assert reader.execute("SELECT what FROM seen").fetchall() == [("日本",)]


@pytest.mark.browser
def test_the_browser_is_a_file_with_a_full_path(chromium: str) -> None:
    assert urllib.parse.urlsplit(chromium).path == chromium
    assert chromium.startswith("/")

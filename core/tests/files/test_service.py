# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes are kept once and come back as they were; a file's public name tells nothing."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from tresen.access import service as access
from tresen.desk import Core, Desk
from tresen.errors import Missing
from tresen.files import service
from tresen.files.models import Blob, StoredFile
from tresen.people.models import Person
from tresen.testing.statements import recorded, walks


@pytest.mark.parametrize("body", [b"", b"plain", bytes(range(256)), b"x" * 2_000_000])
def test_bytes_come_back_as_they_were(desk: Desk, body: bytes) -> None:
    digest = service.store_blob(desk, body)
    assert (digest, service.read_blob(desk, digest)) == (hashlib.sha256(body).hexdigest(), body)


def test_same_bytes_are_kept_once(desk: Desk) -> None:
    digests = {service.store_blob(desk, b"same") for _ in range(3)}
    count = desk.session.scalar(select(func.count()).select_from(Blob))
    assert (len(digests), count) == (1, 1)


def test_bytes_that_are_not_there_are_missing(desk: Desk) -> None:
    with pytest.raises(Missing):
        service.read_blob(desk, "0" * 64)


def test_atk_a14_two_files_of_the_same_bytes_know_nothing_of_each_other(desk: Desk) -> None:
    files = [service.store_file(desk, name, "text/plain", b"same") for name in ("a.txt", "b.txt")]
    assert [file.name for file in files] == ["a.txt", "b.txt"]
    assert len({file.public_id for file in files}) == 2


def test_file_knows_who_brought_it(desk: Desk, agent: Person) -> None:
    own = replace(desk, actor=access.actor_for(desk, agent))
    file = service.store_file(own, "a.txt", "text/plain", b"12345")
    assert (file.uploader_id, file.size, file.created_at) == (agent.id, 5, desk.now())


def test_public_name_has_128_random_bits(desk: Desk) -> None:
    names = [service.store_file(desk, "a", "text/plain", b"x").public_id for _ in range(50)]
    assert {len(bytes.fromhex(name)) for name in names} == {16}
    assert len(set(names)) == 50


def test_file_is_found_by_its_public_name(desk: Desk) -> None:
    kept = service.store_file(desk, "a.txt", "text/plain", b"x")
    assert service.find_file(desk, kept.public_id).id == kept.id
    with pytest.raises(Missing):
        service.find_file(desk, "0" * 32)


def test_rolled_back_file_leaves_no_bytes(desk: Desk) -> None:
    service.store_file(desk, "a.txt", "text/plain", b"gone")
    desk.rollback()
    rows = [desk.session.scalar(select(func.count()).select_from(m)) for m in (Blob, StoredFile)]
    assert rows == [0, 0]


@given(st.binary(max_size=3_000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_bytes_come_back_under_their_hash(desk: Desk, body: bytes) -> None:
    assert service.read_blob(desk, service.store_blob(desk, body)) == body


def test_bytes_are_loaded_only_when_they_are_asked_for(desk: Desk, core: Core) -> None:
    kept = service.store_file(desk, "a.txt", "text/plain", b"x" * 100)
    desk.commit()
    with recorded(core.engine) as statements:
        service.find_file(desk, kept.public_id)
        desk.session.scalars(select(Blob)).all()
    assert [sql for sql, _parameters in statements if "blob.body" in sql] == []


def test_file_is_found_by_an_index(desk: Desk, core: Core) -> None:
    kept = service.store_file(desk, "a.txt", "text/plain", b"x")
    desk.commit()
    with recorded(core.engine) as statements:
        service.read_blob(desk, service.find_file(desk, kept.public_id).sha256)
    assert walks(core.engine, statements) == []


@pytest.mark.parametrize("public_id", ["", "0" * 32, "%", "../1", "1"])
def test_file_is_found_by_nothing_but_its_whole_public_name(desk: Desk, public_id: str) -> None:
    service.store_file(desk, "a.txt", "text/plain", b"x")
    with pytest.raises(Missing) as refusal:
        service.find_file(desk, public_id)
    assert refusal.value.sentence == "This file does not exist."


def test_file_whose_owner_is_gone_stays(desk: Desk, agent: Person) -> None:
    own = replace(desk, actor=access.actor_for(desk, agent))
    kept = service.store_file(own, "a.txt", "text/plain", b"x")
    desk.session.delete(agent)
    desk.commit()
    desk.session.expire_all()
    found = service.find_file(desk, kept.public_id)
    assert (found.uploader_id, service.read_blob(desk, found.sha256)) == (None, b"x")


def test_bytes_that_a_file_carries_cannot_be_taken_away(desk: Desk) -> None:
    kept = service.store_file(desk, "a.txt", "text/plain", b"x")
    desk.commit()
    with pytest.raises(IntegrityError):
        desk.session.execute(delete(Blob).where(Blob.sha256 == kept.sha256))
    desk.rollback()

"""Texts at rest: what is sealed comes back only with its key and in its place."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.adapters.store import Store, open_store
from bot.adapters.store.cipher import Cipher, new_key
from bot.core.ask import AskState
from bot.errors import SettingsError, StoreError
from tests.adapters.store.conftest import KEY, ORGANISATION
from tests.adapters.store.samples import NOW, accepted, enrolled, settled

OLD, NEW = new_key(), new_key()
CIPHER = Cipher([OLD])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.slow
@settings(deadline=None)
@given(VALUES, st.text(max_size=30))
def test_whatever_is_sealed_is_opened_the_same(value: object, place: str) -> None:
    sealed = CIPHER.seal(value, place.encode("utf-8", "replace").decode())
    assert CIPHER.open(sealed, place.encode("utf-8", "replace").decode()) == value


@settings(deadline=None)
@given(st.text(min_size=1, max_size=200), st.data())
def test_a_sealed_text_that_was_changed_anywhere_does_not_open(words: str, data: st.DataObject) -> None:
    sealed = bytearray(CIPHER.seal(words, "asks:1:text") or b"")
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(StoreError):
        CIPHER.open(bytes(sealed), "asks:1:text")


def test_a_sealed_text_does_not_open_in_another_row_or_column() -> None:
    sealed = CIPHER.seal("mots", "asks:1:text")
    for elsewhere in ("asks:2:text", "asks:1:sent"):
        with pytest.raises(StoreError, match="moved"):
            CIPHER.open(sealed, elsewhere)


def test_the_same_text_is_never_sealed_to_the_same_bytes() -> None:
    assert len({CIPHER.seal("mots", "p") for _ in range(50)}) == 50


def test_a_new_first_key_writes_and_the_old_one_still_reads() -> None:
    both = Cipher([NEW, OLD])
    assert both.open(CIPHER.seal("avant", "p"), "p") == "avant"
    assert Cipher([NEW]).open(both.seal("après", "p"), "p") == "après"
    assert CIPHER.fingerprint("s@exemple.be") in both.fingerprints("s@exemple.be")


@pytest.mark.parametrize("key", ["", "court", base64.b64encode(b"x" * 31).decode(), "é" * 44])
def test_what_is_no_key_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(SettingsError) as fault:
        Cipher([key])
    assert not key or key not in str(fault.value)


def test_without_a_key_nothing_is_kept() -> None:
    with pytest.raises(SettingsError, match="sobria init"):
        Cipher([])


async def test_a_wrong_key_is_said_at_the_start(url: str) -> None:
    """Expected: StoreError before anything is served; with the old key added, all is readable."""
    store = await open_store(url, [OLD])
    await store.setup.organisation(ORGANISATION)
    person = await enrolled(store, "Sophie", "sophie@exemple.be")
    record = await accepted(store, person)
    await store.close()
    with pytest.raises(StoreError, match="put that key back"):
        await open_store(url, [NEW])
    both = await open_store(url, [NEW, OLD])
    assert await both.asks.by_number("asbl", 1) == record
    assert await both.people.by_email("asbl", "sophie@exemple.be") == person
    assert (await enrolled(both, "S.", "sophie@exemple.be")).id == person.id
    await both.close()


async def test_a_changed_key_takes_over_when_everything_is_sealed_anew(url: str) -> None:
    """Expected: after `rekey` the old key may go, and everything is found as before."""
    store = await open_store(url, [OLD])
    await store.setup.organisation(ORGANISATION)
    person = await enrolled(store, "Sophie", "sophie@exemple.be")
    record = await accepted(store, person)
    await store.transcript.typed(person.id, "bonjour", NOW)
    await store.proposals.propose(person, "titre", "corps", NOW)
    await store.close()
    both = await open_store(url, [NEW, OLD])
    assert await both.rekey() > 5
    assert await both.rekey() == 0
    await both.close()
    new = await open_store(url, [NEW])
    assert await new.asks.by_number("asbl", 1) == record
    assert await new.people.by_email("asbl", "sophie@exemple.be") == person
    assert [line.typed for line in await new.transcript.since(person.id, 0)] == ["bonjour"]
    assert await new.proposals.waiting("asbl") == ((1, "titre", "corps"),)
    exported = await new.people.export(person.id)
    assert len(exported["accounts"]) == 1
    await new.close()


def raw(store: Store) -> bytes:
    """Return every byte of the embedded database, its write-ahead log included."""
    file = store.database.file
    assert file is not None
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


async def test_no_text_and_no_name_can_be_found_in_the_file(tmp_path: Path) -> None:
    """Expected: neither while it runs nor after it closed; and once purged, not even the sealed bytes."""
    store = await open_store(f"sqlite:///{tmp_path}/store.db", [KEY])
    await store.setup.organisation(ORGANISATION)
    person = await enrolled(store, "Zéphyrine Quatrebarbes", "zephyrine@quatrebarbes.example")
    record = await accepted(store, person, "Une phrase inimitable sur des hippocampes")
    await store.asks.sent(record.ask.id, "Un hippocampe déguisé", "petit")
    await store.asks.settle(record.ask.id, AskState.ANSWERED, settled(record.entry), answer="Des hippocampes")
    await store.transcript.typed(person.id, "Mes hippocampes", NOW)
    await store.proposals.propose(person, "Hippocampes", "Le corps des hippocampes", NOW)
    for words in ("ippocampe", "Zébulon", "Quatrebarbes", "quatrebarbes", "salon-des", "Avant-hier"):
        assert words.encode() not in raw(store), words
    sealed = await store.database.read(
        lambda reading: [
            bytes(kept)
            for row in reading.execute(text("SELECT text_sealed, sent_sealed, answer_sealed FROM asks"))
            for kept in row
        ]
    )
    assert all(kept in raw(store) for kept in sealed)
    await store.asks.told(record.ask.id)
    await store.asks.purge(NOW + timedelta(days=1))
    assert not any(kept[-40:] in raw(store) for kept in sealed)
    names = await store.database.read(
        lambda reading: bytes(reading.execute(text("SELECT name_sealed FROM persons")).scalar_one())
    )
    await store.people.erase(person.id, NOW)
    assert names not in raw(store)
    await store.close()

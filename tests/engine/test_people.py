"""Accounts, sessions, links and the log, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from socialpipe.errors import NotFound, Refused, TryAgain, UsageError
from socialpipe.model import Article
from socialpipe.model.people import Member, Person, Role, Scope
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.intake import Terms
from socialpipe.store.schema import notice, review_link, session, throttle, ticket
from socialpipe.store.throttle import rules
from socialpipe.store.tickets import Purpose

PASSWORD = "correct horse battery"
THREADS = 8


@pytest.fixture
def kim(store: Store) -> Person:
    made = store.people.add("Kim@Example.org ", "Kim", PASSWORD)
    store.people.join(made.id, 1, Role.OWNER)
    return made


def test_an_address_is_taken_once_however_it_is_written(store: Store, kim: Person) -> None:
    assert kim.email == "kim@example.org"
    with pytest.raises(UsageError):
        store.people.add("KIM@example.ORG", "Another", PASSWORD)
    assert store.people.with_password(" Kim@example.org", PASSWORD) == kim
    assert store.people.with_password("kim@example.org", "wrong password") is None
    assert store.people.with_password("nobody@example.org", PASSWORD) is None


@pytest.mark.parametrize("email", ["", "kim", "@example.org", "kim@", "a b@c.d", "a@b.c\nd"])
def test_what_is_no_address_is_refused(store: Store, email: str) -> None:
    with pytest.raises(UsageError):
        store.people.add(email, "Kim", PASSWORD)


def test_there_is_one_first_account(store: Store, kim: Person) -> None:
    with pytest.raises(Refused):
        store.people.add_first("lee@example.org", "Lee", PASSWORD)


def test_of_two_owners_one_stays_even_if_both_leave_at_once(store: Store, kim: Person) -> None:
    lee = store.people.add("lee@example.org", "Lee")
    store.people.join(lee.id, 1, Role.OWNER)

    def leave(person: Person) -> bool:
        try:
            store.people.leave(person.id, 1)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(leave, [kim, lee]))
    assert sorted(left) == [False, True]
    assert len(store.people.members(1)) == 1


def test_a_session_knows_its_person_and_workspace(store: Store, kim: Person) -> None:
    token = store.sessions.open(kim.id, "browser" * 100)
    bearer = store.sessions.bearer(token)
    assert bearer is not None
    assert bearer.member == Member(kim, store.workspaces.named("main"), Role.OWNER)
    assert bearer.session_id is not None
    other = store.workspaces.add("other")
    store.sessions.look_at(bearer.session_id, other.id)
    stranger = store.sessions.bearer(token)
    assert stranger is not None
    assert stranger.member is None, "looking at a workspace makes nobody a member"
    (kept,) = store.sessions.of(kim.id)
    assert len(kept.user_agent) == 200
    store.sessions.revoke(kim.id)
    assert store.sessions.bearer(token) is None
    assert store.sessions.bearer("guessed") is None


def test_a_disabled_person_has_no_session_and_no_token(store: Store, kim: Person) -> None:
    token = store.sessions.open(kim.id, "browser")
    (member,) = store.people.memberships(kim.id)
    key = store.sessions.add_token(member, "n8n", frozenset(Scope))
    assert store.sessions.token_bearer(key) is not None
    store.people.change(kim.id, disabled_at=store.now())
    assert store.sessions.bearer(token) is None
    assert store.sessions.token_bearer(key) is None
    assert store.people.with_password(kim.email, PASSWORD) is None


def test_using_a_session_writes_once_a_minute_at_most(store: Store, kim: Person) -> None:
    token = store.sessions.open(kim.id, "browser")
    (before,) = store.sessions.of(kim.id)
    store.sessions.bearer(token)
    assert store.sessions.of(kim.id) == [before]
    with store.database.write() as connection:
        earlier = store.now() - timedelta(minutes=2)
        connection.execute(sa.update(session).values(seen_at=earlier))
    store.sessions.bearer(token)
    assert store.sessions.of(kim.id)[0].seen_at >= before.seen_at


def test_a_token_is_its_persons_alone(store: Store, kim: Person) -> None:
    (mine,) = store.people.memberships(kim.id)
    lee = store.people.add("lee@example.org", "Lee")
    store.people.join(lee.id, 1, Role.OWNER)
    (theirs,) = store.people.memberships(lee.id)
    store.sessions.add_token(mine, "n8n", frozenset({Scope.READ}))
    (kept,) = store.sessions.tokens(mine)
    assert store.sessions.tokens(theirs) == []
    with pytest.raises(NotFound):
        store.sessions.revoke_token(theirs, kept.id)
    store.sessions.revoke_token(mine, kept.id)
    assert store.sessions.tokens(mine) == []


def test_of_several_one_is_revoked(store: Store, kim: Person) -> None:
    (mine,) = store.people.memberships(kim.id)
    lee = store.people.add("lee@example.org", "Lee")
    keys = [store.sessions.add_token(mine, name, frozenset(Scope)) for name in ("a", "b")]
    browsers = [store.sessions.open(one.id, "x") for one in (kim, kim, lee)]
    store.sessions.revoke_token(mine, store.sessions.tokens(mine)[0].id)
    assert [store.sessions.token_bearer(key) is not None for key in keys] == [False, True]
    first = store.sessions.bearer(browsers[0])
    assert first is not None
    store.sessions.revoke(kim.id, first.session_id)
    assert [store.sessions.bearer(one) is not None for one in browsers] == [False, True, True]
    store.people.set_password(kim.id, "another long sentence")
    assert [store.sessions.bearer(one) is not None for one in browsers] == [False, False, True]


def test_a_token_is_of_one_workspace(store: Store, kim: Person) -> None:
    (here,) = store.people.memberships(kim.id)
    key = store.sessions.add_token(here, "n8n", frozenset(Scope))
    store.people.join(kim.id, store.workspaces.add("other").id, Role.OWNER)
    (there,) = (one for one in store.people.memberships(kim.id) if one != here)
    bearer = store.sessions.token_bearer(key)
    assert bearer is not None
    assert bearer.member == here
    assert store.sessions.tokens(there) == []


def test_an_invitation_is_withdrawn_once_and_alone(store: Store) -> None:
    for name in ("a", "b"):
        store.tickets.invite(f"{name}@example.org", 1, Role.VIEWER)
    second, first = store.tickets.invitations(1)
    store.tickets.withdraw(first.id, 1)
    assert store.tickets.invitations(1) == [second]
    with pytest.raises(NotFound):
        store.tickets.withdraw(first.id, 1)
    with store.database.write() as connection:
        connection.execute(sa.update(ticket).values(expires_at=store.now()))
    assert store.tickets.invitations(1) == []
    with pytest.raises(NotFound):
        store.tickets.withdraw(second.id, 1)


def test_who_has_chosen_no_password_has_none(store: Store) -> None:
    store.people.add("lee@example.org", "Lee")
    assert store.people.with_password("lee@example.org", "nobody has this password") is None


def test_a_ticket_is_taken_once_even_by_many_at_once(store: Store, kim: Person) -> None:
    token = store.tickets.make(Purpose.SIGN_IN, kim.id)

    def take(_: int) -> bool:
        try:
            return store.tickets.take(token, Purpose.SIGN_IN).person_id == kim.id
        except NotFound:
            return False

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(take, range(THREADS))) == 1


@pytest.mark.parametrize("purpose", Purpose)
def test_a_ticket_ends(store: Store, kim: Person, purpose: Purpose) -> None:
    token = store.tickets.make(purpose, kim.id)
    store.tickets.look(token, purpose)
    with store.database.write() as connection:
        connection.execute(sa.update(ticket).values(expires_at=store.now()))
    with pytest.raises(NotFound):
        store.tickets.look(token, purpose)
    with pytest.raises(NotFound):
        store.tickets.take(token, purpose)


def test_failures_are_counted_by_all_at_once(store: Store) -> None:
    counted = rules("kim@example.org", "192.0.2.1")
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: store.throttle.failed(counted), range(THREADS)))
    with store.database.read() as connection:
        assert set(connection.scalars(sa.select(throttle.c.failures))) == {THREADS}
    with pytest.raises(TryAgain, match="Wait"):
        store.throttle.check(counted)
    store.throttle.succeeded(counted)
    store.throttle.check(counted)


def test_failures_are_forgotten_after_a_day(store: Store) -> None:
    counted = rules("kim@example.org", "192.0.2.1")
    for _ in range(10):
        store.throttle.failed(counted)
    with store.database.write() as connection:
        connection.execute(sa.update(throttle).values(last_at=store.now() - timedelta(hours=25)))
    store.throttle.check(counted)
    store.throttle.failed(counted)
    with store.database.read() as connection:
        assert set(connection.scalars(sa.select(throttle.c.failures))) == {1}


def test_who_gets_in_helps_nobody_else(store: Store) -> None:
    """Else an account of one's own would make guessing for others free."""
    counted = rules("kim@example.org", "192.0.2.1")
    for _ in range(10):
        store.throttle.failed(counted)
    store.throttle.succeeded(rules("lee@example.org", "192.0.2.1"))
    with pytest.raises(TryAgain):
        store.throttle.check(counted)


def test_a_second_factor_is_sealed_and_serves_once(store: Store, kim: Person) -> None:
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(int(store.now().timestamp()))
    assert store.second_factor.turn_on(kim.id, secret, "12345") is None
    codes = store.second_factor.turn_on(kim.id, secret, code)
    assert codes is not None
    assert store.people.get(kim.id).has_totp
    assert not store.second_factor.is_right(kim.id, code)
    assert store.second_factor.is_right(kim.id, codes[3].upper().replace("-", " "))
    assert not store.second_factor.is_right(kim.id, codes[3])
    lee = store.people.add("lee@example.org", "Lee")
    assert store.second_factor.turn_on(lee.id, secret, code)
    assert not store.second_factor.is_right(lee.id, codes[5]), "it is another's"
    old = pyotp.TOTP(secret).at(int(store.now().timestamp()) + 90)
    assert not store.second_factor.is_right(kim.id, old), "it is of no neighbour"
    store.second_factor.turn_off(kim.id)
    assert not store.second_factor.is_right(kim.id, codes[4])
    assert not store.people.get(kim.id).has_totp


def test_an_undo_is_taken_once_by_its_browser_while_it_lasts(store: Store, kim: Person) -> None:
    bearer = store.sessions.bearer(store.sessions.open(kim.id, "browser"))
    assert bearer is not None
    assert bearer.session_id is not None
    mine = bearer.session_id
    undo = {"verb": "x", "values": {"id": 1}}
    kept = store.notices.add(mine, 1, "good", "Moved.", undo)
    assert [one.text for one in store.notices.show(mine)] == ["Moved."]
    assert store.notices.show(mine) == []
    for wrong in ((kept.id, mine + 1, 1), (kept.id, mine, 2), (kept.id + 1, mine, 1)):
        with pytest.raises(NotFound):
            store.notices.take_back(*wrong)
    assert store.notices.take_back(kept.id, mine, 1) == undo
    with pytest.raises(NotFound):
        store.notices.take_back(kept.id, mine, 1)
    late = store.notices.add(mine, 1, "good", "Moved.", undo)
    with store.database.write() as connection:
        earlier = store.now() - timedelta(minutes=3)
        connection.execute(sa.update(notice).values(created_at=earlier))
    with pytest.raises(NotFound):
        store.notices.take_back(late.id, mine, 1)


def test_a_review_link_opens_one_campaign_until_it_ends(store: Store) -> None:
    made, _ = store.campaigns.queue(Article("T", "T."), [], options={}, terms=Terms.of(load()))
    token = store.review_links.add(made, "Lee", may_approve=False, life=timedelta(days=1))
    link = store.review_links.known(token)
    assert link is not None
    assert (link.campaign_id, link.workspace.id, link.may_approve) == (made, 1, False)
    assert store.review_links.known("guessed") is None
    with store.database.write() as connection:
        connection.execute(sa.update(review_link).values(expires_at=store.now()))
    assert store.review_links.known(token) is None
    second = store.review_links.add(made, "Lee", may_approve=True, life=timedelta(days=1))
    store.review_links.revoke(store.review_links.of(made)[0].id)
    assert store.review_links.known(second) is None


def test_a_review_link_is_revoked_alone(store: Store) -> None:
    terms, day = Terms.of(load()), timedelta(days=1)
    made = [
        store.campaigns.queue(Article(text, "T."), [], options={}, terms=terms)[0]
        for text in ("One", "Two")
    ]
    tokens = [store.review_links.add(one, "Lee", may_approve=True, life=day) for one in made]
    (first,) = store.review_links.of(made[0])
    store.review_links.revoke(first.id)
    assert [store.review_links.known(one) is not None for one in tokens] == [False, True]
    with pytest.raises(NotFound):
        store.review_links.revoke(first.id + 987)


def test_the_log_is_read_page_by_page(store: Store) -> None:
    for n in range(5):
        store.audit.note(1, "kim", "test", str(n))
    store.audit.note(None, "kim", "test", "of the installation")
    first = store.audit.of(1, limit=3)
    assert [one.subject for one in first] == ["4", "3", "2"]
    assert [one.subject for one in store.audit.of(1, before=first[-1].id)] == ["1", "0"]

"""What programs do to deliveries: retry, cancel, settle, edit, approve, take down."""

from __future__ import annotations

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field, model_validator

from socialpipe.model import Delivery as Found
from socialpipe.model import Post
from socialpipe.platforms.limits import limits_of
from socialpipe.schedule.moment import Moment
from socialpipe.text.rewording import reworded
from socialpipe.web.api.articles import Address
from socialpipe.web.api.deliveries import Delivery, DeliveryDetail, as_json, detail, version
from socialpipe.web.api.kinds import Id, Key, Strict, Text, Time
from socialpipe.web.api.problems import OF_EDITS
from socialpipe.web.api.route import router as new_router
from socialpipe.web.api.timing import must_come
from socialpipe.web.api.versions import IfMatch, check
from socialpipe.web.auth import may
from socialpipe.web.network import engine_of
from socialpipe.web.permissions import Action
from socialpipe.web.places import given_up
from socialpipe.web.visit import Visit

router = new_router("deliveries")


class Sighting(Strict):
    """What a person saw on the network."""

    published_url: Address | None = Field(None, description="It is out, at this address.")
    absent: bool = Field(False, description="It is not there: send it again.")

    @model_validator(mode="after")
    def _one(self) -> Sighting:
        if (self.published_url is None) is not self.absent:
            raise ValueError("give one of published_url and absent")
        return self


class Edit(Strict):
    """Another text, or another time; what is left out stays."""

    texts: list[Text] | None = Field(
        None, min_length=1, max_length=100, description="One a part, as many as there are."
    )
    at: Time | None = Field(None, description="An offset is needed.")

    @model_validator(mode="after")
    def _something(self) -> Edit:
        if (self.texts is None) is (self.at is None):
            raise ValueError("give one of texts and at")
        return self


class Other(Strict):
    """With which one."""

    delivery: Key = Field(description="Its id; of the same channel.")


class Looked(BaseModel):
    """What the network shows."""

    can_ask: bool = Field(description="false: it cannot be asked, please look yourself.")
    found: bool = Field(description="Something looks like ours.")
    url: str | None = Field(description="Of what looks like ours.")
    profile: str | None = Field(description="Where the account's posts can be seen.")


class Comment(Strict):
    """Why a post is returned."""

    comment: Text = Field(min_length=1, max_length=5000, description="What has to change.")


@router.post("/{delivery_id}/retry", response_model=Delivery)
def retry(visit: Annotated[Visit, may(Action.OPERATE)], delivery_id: Id) -> dict[str, object]:
    """Try again now."""
    visit.store.deliveries.retry(delivery_id, visit.actor)
    return _told(visit, delivery_id)


@router.post("/{delivery_id}/cancel", response_model=Delivery)
def cancel(visit: Annotated[Visit, may(Action.OPERATE)], delivery_id: Id) -> dict[str, object]:
    """Take it back before it goes out."""
    visit.store.deliveries.cancel(delivery_id, visit.actor)
    return _told(visit, delivery_id)


@router.post("/{delivery_id}/next-slot", response_model=Delivery)
def next_slot(visit: Annotated[Visit, may(Action.PLAN)], delivery_id: Id) -> dict[str, object]:
    """Move it to its channel's next free slot."""
    visit.store.moves.move_to_next(delivery_id, visit.actor)
    return _told(visit, delivery_id)


@router.post("/{delivery_id}/swap", response_model=list[Delivery])
def swap(
    visit: Annotated[Visit, may(Action.PLAN)], delivery_id: Id, other: Other
) -> list[dict[str, object]]:
    """Let two deliveries of a channel exchange their times."""
    visit.store.moves.swap(delivery_id, other.delivery, visit.actor)
    return [_told(visit, delivery_id), _told(visit, other.delivery)]


@router.post("/{delivery_id}/look")
def look(visit: Annotated[Visit, may(Action.OPERATE)], delivery_id: Id) -> Looked:
    """Look at the network for what may be ours; settles nothing."""
    from socialpipe.recovery import look_up

    visit.store.deliveries.get(delivery_id)
    with given_up():
        found = look_up(engine_of(visit), delivery_id)
    receipt = found.receipt
    return Looked(
        can_ask=found.can_ask,
        found=receipt is not None,
        url=receipt.url if receipt else None,
        profile=found.profile,
    )


@router.post("/{delivery_id}/confirm", response_model=Delivery)
def confirm(
    visit: Annotated[Visit, may(Action.OPERATE)], delivery_id: Id, seen: Sighting
) -> dict[str, object]:
    """Settle an uncertain delivery after a look at the network."""
    room = visit.store.deliveries
    if seen.published_url is None:
        room.confirm_absent(delivery_id, visit.actor)
    else:
        room.confirm_published(delivery_id, seen.published_url, visit.actor)
    return _told(visit, delivery_id)


@router.post("/{delivery_id}/approve", response_model=Delivery)
def approve(visit: Annotated[Visit, may(Action.APPROVE)], delivery_id: Id) -> dict[str, object]:
    """Let what is in review go out."""
    visit.store.reviews.approve(delivery_id, visit.actor)
    return _told(visit, delivery_id)


@router.post("/{delivery_id}/return", response_model=Delivery)
def send_back(
    visit: Annotated[Visit, may(Action.COMMENT)], delivery_id: Id, why: Comment
) -> dict[str, object]:
    """Keep it in review, with a comment."""
    visit.store.reviews.send_back(delivery_id, visit.actor, why.comment)
    return _told(visit, delivery_id)


@router.patch("/{delivery_id}", response_model=DeliveryDetail, responses=OF_EDITS)
def edit(
    visit: Annotated[Visit, may(Action.PLAN)],
    delivery_id: Id,
    wanted: Edit,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, object]:
    """Give what waits another text or another time; nobody else's edit is lost."""
    change(visit, delivery_id, wanted, if_match)
    told, response.headers["ETag"] = detail(visit, delivery_id)
    return told


@router.delete("/{delivery_id}", response_model=Delivery)
def delete(visit: Annotated[Visit, may(Action.OPERATE)], delivery_id: Id) -> dict[str, object]:
    """Take a published post down from its network; its story stays."""
    from socialpipe.takedown import take_down

    visit.store.deliveries.get(delivery_id)
    with given_up():
        take_down(engine_of(visit), delivery_id)
    visit.audit("delivery.delete", str(delivery_id))
    return _told(visit, delivery_id)


def change(visit: Visit, delivery_id: int, wanted: Edit, if_match: str | None) -> None:
    """Edit one, if it is as the caller read it.

    Raises VersionNeeded, Outdated; Refused when it is too late, or does not fit.
    """
    with visit.together():
        found = visit.store.deliveries.get(delivery_id)
        check(if_match, version(found, visit.store.deliveries.texts(delivery_id)))
        changed = None if wanted.texts is None else _reworded(visit, found, wanted.texts)
    if wanted.at is not None:
        must_come(wanted.at, visit.store.now())
        visit.store.moves.move(delivery_id, Moment(wanted.at), visit.actor, fence=found.fence)
    if changed is not None:
        _replace(visit, found, changed)


def _reworded(visit: Visit, found: Found, texts: list[str]) -> Post:
    limits = limits_of(visit.store.channels.by_id(found.channel_id))
    return reworded(visit.store.reviews.post(found.id), texts, limits)


def _replace(visit: Visit, found: Found, changed: Post) -> None:
    again = visit.desk.settings.edit_needs_review
    visit.store.reviews.replace(
        found.id, changed, visit.actor, review_again=again, fence=found.fence
    )


def _told(visit: Visit, delivery_id: int) -> dict[str, object]:
    return as_json(visit.store.deliveries.get(delivery_id), visit.now)

"""S3-compatible storage: uploaded once, fetched by presigned address."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
from pydantic import SecretStr
from tests.conftest import Environment
from tests.media.conftest import engine_of
from tests.servers.s3 import BUCKET, KEY, SECRET, s3_server

from socialpipe.errors import NotSent, Rejected, UsageError
from socialpipe.hosting import gap, host_of, selftest
from socialpipe.hosting.bucket import Bucket
from socialpipe.model import Card
from socialpipe.settings import Settings

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3")) as url:
        yield url


@pytest.fixture
def settings(environment: Environment, storage: str) -> Settings:
    return environment(
        s3_bucket=BUCKET,
        s3_endpoint_url=storage,
        s3_region="us-east-1",
        s3_access_key=KEY,
        s3_secret_key=SECRET,
    )


def changed(settings: Settings, **values: object) -> Settings:
    return settings.model_copy(update=values)


def test_anybody_with_the_address_gets_the_image(settings: Settings, picture: Card) -> None:
    url = Bucket(settings).url(picture, NOW, lasting=False)
    answer = requests.get(url, timeout=20, allow_redirects=False)
    assert (answer.status_code, answer.content) == (200, picture.data)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "X-Amz-Expires=604800" in url
    assert SECRET not in url


def test_without_the_signature_nobody_does(settings: Settings, picture: Card) -> None:
    url = Bucket(settings).url(picture, NOW, lasting=False)
    assert requests.get(url.partition("?")[0], timeout=20).status_code in {400, 403}
    end = "0" if url[-1] != "0" else "1"
    tampered = requests.get(url[:-1] + end, timeout=20)
    assert (tampered.status_code, "SignatureDoesNotMatch" in tampered.text) == (403, True)


def test_a_presigned_address_ends(settings: Settings, picture: Card) -> None:
    bucket = Bucket(changed(settings, media_url_days=1 / 86_400))
    url = bucket.url(picture, NOW, lasting=False)
    time.sleep(2.5)
    answer = requests.get(url, timeout=20)
    assert (answer.status_code in {400, 403}, "AccessDenied" in answer.text) == (True, True)


def test_no_presigned_address_lasts_longer_than_a_week(settings: Settings, picture: Card) -> None:
    url = Bucket(changed(settings, media_url_days=30)).url(picture, NOW, lasting=False)
    assert "X-Amz-Expires=604800" in url


def test_without_the_client_it_is_told_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(UsageError, match="not installed"):
        Bucket(settings)


def test_the_same_image_is_uploaded_once(
    settings: Settings, picture: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = Bucket(settings)
    first = bucket.url(picture, NOW, lasting=False)
    monkeypatch.setattr(bucket, "_call", lambda *_, **__: pytest.fail("uploaded twice"))
    assert bucket.url(picture, NOW, lasting=False).partition("?")[0] == first.partition("?")[0]


def test_lasting_addresses_need_a_public_bucket(settings: Settings, picture: Card) -> None:
    assert gap(settings, lasting=False) is None
    assert gap(settings, lasting=True) is not None
    with pytest.raises(Rejected, match="lasting"):
        Bucket(settings).url(picture, NOW, lasting=True)
    public = changed(settings, s3_public_url="https://cards.example/")
    assert gap(public, lasting=True) is None
    url = Bucket(public).url(picture, NOW, lasting=True)
    assert url.startswith("https://cards.example/socialpipe/")
    assert url.endswith(".jpg")


def test_the_storage_is_told_what_it_keeps(
    settings: Settings, picture: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, told = Bucket(settings), dict[str, object]()
    monkeypatch.setattr(bucket, "_call", lambda _, **values: told.update(values))
    bucket.url(picture, NOW, lasting=False)
    assert told["ContentType"] == "image/jpeg"


def test_wrong_keys_are_told(settings: Settings, picture: Card) -> None:
    wrong = changed(settings, s3_secret_key=SecretStr("wrong"))
    with pytest.raises(Rejected, match="SignatureDoesNotMatch"):
        Bucket(wrong).url(picture, NOW, lasting=False)


def test_a_storage_that_is_away_is_asked_again_later(settings: Settings, picture: Card) -> None:
    away = changed(settings, s3_endpoint_url="http://127.0.0.1:9", connect_timeout=1)
    with pytest.raises(NotSent, match="cannot be reached"):
        Bucket(away).url(picture, NOW, lasting=False)


def test_it_goes_before_the_web_role_and_fetches_its_own(settings: Settings) -> None:
    both = changed(settings, public_media_base_url="https://social.example")
    engine = engine_of(both)
    assert isinstance(host_of(both, engine.store), Bucket)
    assert selftest.problem(both, engine.store, engine.http) is None
    engine.store.close()

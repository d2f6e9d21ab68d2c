"""S3-compatible storage: images are uploaded once and fetched by a presigned address.

The client is boto3 (the extra `s3`). A presigned address lasts a week at most (AWS Signature
Version 4), so networks that show images from their address need a bucket whose objects anybody
may read: SOCIALPIPE_S3_PUBLIC_URL. There too nobody can guess a name or list them.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from socialpipe.errors import NotSent, Rejected, UsageError
from socialpipe.hosting.names import name_of
from socialpipe.model import Card
from socialpipe.settings import Settings

_WEEK = timedelta(days=7)


@lru_cache(maxsize=1)
def open_bucket(settings: Settings) -> Bucket:
    """Open the bucket that the settings name, once per process.

    Raises UsageError without the client.
    """
    return Bucket(settings)


class Bucket:
    """Puts images into a bucket."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = _client(settings)
        self._there: set[str] = set()
        self._lock = threading.Lock()

    def url(self, card: Card, since: datetime, *, lasting: bool) -> str:
        """Upload a card unless it is there, and say where it can be fetched.

        Raises Rejected where an address must last and none does, NotSent without an answer.
        """
        del since  # a presigned address counts from when it is made
        public = self._settings.s3_public_url
        if lasting and public is None:
            raise Rejected("There is no lasting address.", "Set SOCIALPIPE_S3_PUBLIC_URL.")
        key = f"{self._settings.s3_prefix}{name_of(card)}"
        self._put(key, card)
        if lasting:
            return f"{(public or '').rstrip('/')}/{key}"
        return self._presigned(key)

    def _put(self, key: str, card: Card) -> None:
        """Upload; the same bytes have the same key, so a repeat changes nothing."""
        with self._lock:
            if key in self._there:
                return
        place = {"Bucket": self._settings.s3_bucket, "Key": key}
        self._call("put_object", **place, Body=card.data, ContentType=card.mime)
        with self._lock:
            self._there.add(key)

    def _presigned(self, key: str) -> str:
        lifetime = min(timedelta(days=self._settings.media_url_days), _WEEK)
        place = {"Bucket": self._settings.s3_bucket, "Key": key}
        url: str = self._client.generate_presigned_url(
            "get_object", Params=place, ExpiresIn=int(lifetime.total_seconds())
        )
        return url

    def _call(self, name: str, **values: Any) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            getattr(self._client, name)(**values)
        except ClientError as error:
            said = error.response.get("Error", {}).get("Code", "an error")
            raise Rejected(
                f"The bucket {self._settings.s3_bucket} answers {said}.",
                "Check SOCIALPIPE_S3_BUCKET and the keys; they must be allowed to write objects.",
            ) from None
        except BotoCoreError as error:
            raise NotSent(f"The storage cannot be reached ({type(error).__name__}).") from None


def _client(settings: Settings) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise UsageError(
            "SOCIALPIPE_S3_BUCKET is set, but the S3 client is not installed.",
            'Install it: pip install "socialpipe[s3]"',
        ) from None
    secret = settings.s3_secret_key
    return boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint_url,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key,
        aws_secret_access_key=secret.get_secret_value() if secret else None,
        config=Config(
            signature_version="s3v4",
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            retries={"total_max_attempts": 2},
            s3={"addressing_style": "path" if settings.s3_endpoint_url else "auto"},
            request_checksum_calculation="when_required",  # others than AWS do not know newer ones
            response_checksum_validation="when_required",
        ),
    )

"""Every knob, with its unit and default.

Read from, first found wins: the environment (`SOCIALPIPE_*`), `.env`, `socialpipe.toml`, defaults.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from socialpipe.errors import UsageError
from socialpipe.model import OnMiss

PREFIX = "SOCIALPIPE_"


def _data_home() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "socialpipe"


class Settings(BaseSettings):
    """The product's settings. Times are seconds unless a name says otherwise."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        toml_file="socialpipe.toml",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(default_factory=_data_home, description="database, key, socket, logs")
    database_url: SecretStr | None = Field(
        default=None, description="SQLAlchemy URL; default: SQLite in the data directory"
    )
    redis_url: SecretStr | None = Field(
        default=None, description="Redis 6.2 or later; default: embedded"
    )
    secret_key: SecretStr | None = Field(
        default=None, description="encrypts credentials; default: a 0600 file in the data directory"
    )
    secret_keys_accepted: SecretStr | None = Field(
        default=None, description="further keys that open credentials but seal none, with commas"
    )
    public_media_base_url: str | None = Field(
        default=None, description="web role as networks see it, who fetch images there"
    )
    media_url_days: float = Field(
        default=7, gt=0, le=365, description="addresses of images end after, days"
    )
    s3_bucket: str | None = Field(
        default=None, description="S3-compatible bucket for images, instead of the web role"
    )
    s3_endpoint_url: str | None = Field(
        default=None, description="where the storage is; default: Amazon's"
    )
    s3_region: str | None = Field(default=None, description="region of the bucket")
    s3_access_key: str | None = Field(default=None, description="id of the key for the bucket")
    s3_secret_key: SecretStr | None = Field(default=None, description="the key for the bucket")
    s3_prefix: str = Field(default="socialpipe/", description="begins the names of our objects")
    s3_public_url: str | None = Field(
        default=None, description="where anybody can read the bucket's objects, if anybody can"
    )
    short_link_base: str | None = Field(
        default=None,
        description="address that short links begin with; it leads to /l/ of the web role",
    )
    public_url: str | None = Field(
        default=None, description="where people reach the web role: for links and secure cookies"
    )
    workspace: str = Field(default="main", description="workspace that commands act in")
    timezone: str = Field(default="UTC", description="zone of channels that name none (IANA name)")
    allow_private_hosts: bool = Field(
        default=False,
        description="let channels and articles point at loopback and private addresses",
    )
    font_dirs: str = Field(
        default="", description="more fonts: directories, separated by the path separator"
    )

    connect_timeout: float = Field(default=5, gt=0, description="to reach a platform, s")
    read_timeout: float = Field(default=30, gt=0, description="for a platform's answer, s")
    lease: float = Field(
        default=120, gt=0, description="a worker that is silent for so long counts as dead, s"
    )
    claim_ahead: float = Field(
        default=2, ge=0, description="work is handed out so long before it is due, s"
    )
    poll: float = Field(0.25, gt=0, description="longest sleep of the dispatcher, s")
    keeper_interval: float = Field(
        default=5, gt=0, description="between two rounds of the keeper, s"
    )
    settle_delay: float = Field(
        default=45,
        ge=0,
        description="after an unknown outcome, before the first look at the platform, s",
    )
    max_attempts: int = Field(default=6, ge=1, description="tries before a delivery fails")
    retry_base: float = Field(default=5, gt=0, description="first retry after up to twice this, s")
    retry_cap: float = Field(default=900, gt=0, description="longest wait between two tries, s")
    grace: float = Field(default=21_600, ge=0, description="how late a post may still go out, s")
    on_miss: OnMiss = Field(
        default=OnMiss.HOLD, description="beyond the grace: publish, hold, next (slot) or skip"
    )
    edit_needs_review: bool = Field(
        default=True, description="an edit after approval returns the post to review"
    )
    api_per_minute: int = Field(
        default=600, gt=0, description="requests of one API token that a web role serves a minute"
    )
    twin_days: float = Field(
        default=7, ge=0, description="a post that equals one published so lately is held, days"
    )
    max_per_hour: int = Field(
        default=25, ge=1, description="a channel publishes no more within an hour"
    )
    max_per_day: int = Field(
        default=100, ge=1, description="a channel publishes no more within a day"
    )
    catch_up_gap: float = Field(
        default=20, ge=0, description="between two late posts of one channel, s"
    )
    late_after: float = Field(
        default=300, gt=0, description="published so long after its time, a post counts as late, s"
    )
    hook_days: float = Field(
        default=3, gt=0, description="a hook that takes nothing for so long is disabled, days"
    )
    hook_keep_days: float = Field(
        default=30, gt=0, description="messages to hooks can be replayed for so long, days"
    )
    retention_days: float = Field(
        default=0,
        ge=0,
        description="timelines and images of what is over are forgotten after; 0: never, days",
    )
    publish_threads: int = Field(
        default=16, ge=1, description="publications at the same time in one worker"
    )
    draw_processes: int = Field(
        default=1, ge=1, description="campaigns drawn at the same time in one worker"
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")

    llm_provider: Literal["openai", "anthropic"] = Field(
        default="openai", description="whose API the language model speaks"
    )
    llm_base_url: str | None = Field(
        default=None,
        description="where the language model is, this machine too; default: the provider's own",
    )
    llm_model: str | None = Field(default=None, description="name of the language model")
    llm_api_key: SecretStr | None = Field(default=None, description="key of the language model")
    llm_timeout: float = Field(default=30, gt=0, description="for the language model's answer, s")
    llm_daily_tokens: int = Field(
        default=200_000, ge=0, description="the language model may use so many a day (UTC)"
    )
    llm_daily_cost: float | None = Field(
        default=None, ge=0, description="the language model may cost so much a day (UTC)"
    )
    llm_token_price: float | None = Field(
        default=None, gt=0, description="of a million output tokens; every token counts as one"
    )

    @field_validator("short_link_base", "public_url", "public_media_base_url", "s3_public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"https?://[\w.-]+(?::\d+)?(?:/[\w./~-]*)?", value, re.ASCII):
            raise ValueError(f"{value!r} is no address such as https://example.org/l")
        return value.rstrip("/") if value else None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is no IANA time zone such as Asia/Seoul") from error
        return value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources; the first that has a value wins."""
        del file_secret_settings
        toml = TomlConfigSettingsSource(settings_cls)
        return init_settings, env_settings, dotenv_settings, toml

    @property
    def sqlalchemy_url(self) -> str:
        """Where the truth is; may hold a password: never print it."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'socialpipe.db'}"


@lru_cache(maxsize=1)
def load() -> Settings:
    """Read the settings once per process.

    Raises UsageError with the name of the malformed setting.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise UsageError(
            f"{name} is not usable: {first['msg'].removeprefix('Value error, ')}.",
            "Set it in the environment, in .env or in socialpipe.toml; "
            "`socialpipe config show` lists what each setting takes.",
        ) from None
    except ValueError as error:
        raise UsageError(
            f"The settings cannot be read: {error}.", "Mend .env or socialpipe.toml."
        ) from None


def origin(name: str) -> str:
    """Say where the value of a setting came from: environment, .env, socialpipe.toml or default."""
    places: list[tuple[str, PydanticBaseSettingsSource]] = [
        ("environment", EnvSettingsSource(Settings)),
        (".env", DotEnvSettingsSource(Settings)),
        ("socialpipe.toml", TomlConfigSettingsSource(Settings)),
    ]
    for label, source in places:
        found: dict[str, Any] = source()
        if name in found:
            return label
    return "default"

"""Settings of the process, by environment variables ``WELOOP_…``. What belongs to an account is set on its page."""

import os
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from weloop.contracts.errors import SetupError
from weloop.entrypoints.listener import address_of
from weloop.kit.embedded.attach import find_running


def default_home() -> Path:
    """``/var/lib/weloop`` for root, whose own folder the database's user may not enter; else ``~/.weloop``."""
    return Path("/var/lib/weloop") if os.geteuid() == 0 else Path.home() / ".weloop"


class Settings(BaseSettings):
    """Read once per process and handed down."""

    model_config = SettingsConfigDict(
        env_prefix="WELOOP_", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    home: Path = Field(default_factory=default_home)
    """Folder of the database, the key and the files."""
    host: str = "127.0.0.1"
    """Address that the server listens on."""
    port: int = Field(default=8710, ge=0, le=65535)
    """Its port; 0 takes a free one."""
    public_url: str | None = None
    """Address under which WeChat and WeCom reach this server; None: the local one."""
    database_url: str | None = Field(default=None, validation_alias=AliasChoices("WELOOP_DATABASE_URL", "DATABASE_URL"))
    """PostgreSQL 15 or newer, ``postgresql://user:password@host/database``; None: the embedded one."""
    pg_bindir: Path | None = None
    """Folder of PostgreSQL's programs for the embedded server; None: those of the wheel."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "text"] = "json"
    simulator_url: str | None = None
    """Address of the simulator in a demo; its page is linked from the console."""
    private_webhooks: bool = False
    """Whether webhooks may lead into inner networks and over plain http."""
    egress_proxy: SecretStr | None = None
    """HTTP proxy with a fixed address, ``http://user:password@host:port``, through which the platforms are called."""
    trace_days: int = Field(default=180, ge=1, le=36_500)
    """How long the steps of a journey's run are kept after it has ended."""
    sent_days: int = Field(default=180, ge=62, le=36_500)
    """How long what was sent is kept after its end: longer than any rule of contact, quota or window looks back."""
    demo: bool = False
    """Whether this is a demo: then its controls are part of the API."""

    @field_validator("egress_proxy")
    @classmethod
    def _check_proxy(cls, given: SecretStr | None) -> SecretStr | None:
        """One shape only; the text of a refusal holds no password."""
        try:
            parts = urlsplit(given.get_secret_value()) if given else None
            fits = parts is None or bool(parts.scheme == "http" and parts.hostname and parts.port)
        except ValueError:
            parts, fits = None, False
        if not fits or (parts is not None and (parts.path not in ("", "/") or parts.query or parts.fragment)):
            raise ValueError("it must look like http://user:password@host:port")
        return given

    @property
    def proxy(self) -> str | None:
        """The proxy's address with its password, for those who call the platforms; None: they are called directly."""
        return self.egress_proxy.get_secret_value() if self.egress_proxy else None

    @property
    def base_url(self) -> str:
        """Address for links and callbacks, without a closing slash."""
        return (self.public_url or f"http://{address_of(self.host)}:{self.port}").rstrip("/")

    @property
    def key_file(self) -> Path:
        """The key that seals secrets; kept outside the database."""
        return self.home / "secret.key"

    @property
    def files(self) -> Path:
        """Uploaded files."""
        return self.home / "files"

    @cached_property
    def dsn(self) -> str:
        """Address of the database: the given one, or the embedded one that runs in ``home``.

        Raises SetupError when none is given and none runs.
        """
        return self.database_url or find_running(self.home)


def load_settings(**given: object) -> Settings:
    """Settings from the environment; ``given`` wins where it is not None.

    Raises SetupError naming the first variable that does not fit.
    """
    try:
        settings = Settings.model_validate({}) if not given else Settings(**_present(given))  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).removeprefix("WELOOP_").upper()
        raise SetupError(f"The setting WELOOP_{name} does not fit: {first['msg']}") from error
    return settings.model_copy(update={"home": settings.home.expanduser().absolute()})


def _present(given: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in given.items() if value is not None}

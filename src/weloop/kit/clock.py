"""Two clocks. World time (due times, quotas, event times) may run faster or stand still; machine time never lies.

Every process reads the world clock from one row ``(virtual_origin, real_origin, rate)``; without the row it is the
system's clock.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base, run


def machine_now() -> datetime:
    """Machine time, UTC: leases, heartbeats, socket time-outs, log-in lock-out."""
    return datetime.now(UTC)


class WorldClockRow(Base):
    """At most one row, id 1."""

    __tablename__ = "world_clock"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    virtual_origin: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    real_origin: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    rate: Mapped[float] = mapped_column(DOUBLE_PRECISION)


@dataclass(slots=True)
class WorldClock:
    """World time = virtual_origin + (machine time - real_origin) * rate. Rate 0 stands still."""

    virtual_origin: datetime | None = None
    real_origin: datetime | None = None
    rate: float = 1.0

    def now(self) -> datetime:
        """World time, UTC."""
        if self.virtual_origin is None or self.real_origin is None:
            return machine_now()
        return self.virtual_origin + (machine_now() - self.real_origin) * self.rate

    def seconds_until(self, due: datetime) -> float:
        """Machine seconds until world time ``due``; infinite while the world stands still before it."""
        left = (due - self.now()).total_seconds()
        if left <= 0:
            return 0.0
        rate = self.rate if self.virtual_origin is not None else 1.0
        return left / rate if rate > 0 else float("inf")

    def adopt(self, told: str) -> None:
        """Take over what came with the notice of a change: before anything else that was written after it is seen."""
        origin, real, rate = told.split(" ")
        self.virtual_origin, self.real_origin = datetime.fromisoformat(origin), datetime.fromisoformat(real)
        self.rate = float(rate)

    async def refresh(self, connection: AsyncConnection) -> None:
        """Read the row again; call it at the start and when the topic ``clock`` changes."""
        rows = await run(connection, "SELECT virtual_origin, real_origin, rate FROM world_clock WHERE id = 1")
        self.virtual_origin, self.real_origin, self.rate = tuple(rows[0]) if rows else (None, None, 1.0)


async def set_world_clock(connection: AsyncConnection, virtual_origin: datetime, rate: float) -> None:
    """Let world time be ``virtual_origin`` from now on, running ``rate`` times as fast as the machine's."""
    real_origin = machine_now()
    await run(
        connection,
        """
        INSERT INTO world_clock (id, virtual_origin, real_origin, rate) VALUES (1, $1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET virtual_origin = $1, real_origin = $2, rate = $3
        """,
        virtual_origin,
        real_origin,
        rate,
    )
    told = f"clock {virtual_origin.isoformat()} {real_origin.isoformat()} {rate}"
    await run(connection, "SELECT pg_notify('live', $1)", told)


BEIJING = timedelta(hours=8)


def beijing_date(moment: datetime) -> date:
    """The day in Beijing of a moment. China has had no daylight saving time since 1991."""
    return (moment.astimezone(UTC) + BEIJING).date()


def midnight(day: date) -> datetime:
    """When a Beijing day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - BEIJING


def beijing_day(moment: datetime) -> str:
    """The same as text, ``YYYY-MM-DD``."""
    return beijing_date(moment).isoformat()

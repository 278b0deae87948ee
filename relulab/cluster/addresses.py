"""Where a Dask scheduler is, and whether it may be used: whoever reaches one without TLS can run code on its workers.

An address comes from the user (an option, the settings, an argument), never out of a file that somebody else may have
made. No Dask is imported here.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from relulab.errors import SpecError
from relulab.formatting import quoted

TCP, TLS = "tcp", "tls"
CA, CERTIFICATE, KEY = "ca.pem", "cert.pem", "key.pem"  # the files in a folder of certificates
HIGHEST_PORT = 65_535
MOST_JOBS = 256


@dataclass(frozen=True, slots=True)
class Scheduler:
    """``address``: ``tls://HOST:PORT``, ``tcp://HOST:PORT`` or ``HOST:PORT``. ``certificates``: a folder with
    ``ca.pem``, ``cert.pem`` and ``key.pem``; without one, Dask's own settings say where they are. ``trusted``: the
    user has confirmed that a scheduler on another machine may be used without TLS.

    Raises SpecError where the address is none, a certificate is missing, or it is not confirmed.
    """

    address: str
    certificates: Path | None = None
    trusted: bool = False

    def __post_init__(self) -> None:
        if self._protocol not in (TCP, TLS) or not self.host or not 0 < self._port <= HIGHEST_PORT:
            raise SpecError(
                f"{quoted(self.address)} is no address of a scheduler. "
                "Write tls://HOST:PORT, or tcp://HOST:PORT for one on this machine."
            )
        if self.certificates is not None:
            for name in (CA, CERTIFICATE, KEY):
                if not (self.certificates / name).is_file():
                    raise SpecError(
                        f"There is no {name} in {self.certificates}. A folder of certificates has {CA} (who signed), "
                        f"{CERTIFICATE} (who you are) and {KEY} (your private key)."
                    )
        if not (self.has_tls or self.is_here or self.trusted):
            raise SpecError(
                f"{self.address} is another machine, and without TLS whoever reaches its scheduler can run code on "
                "the workers and read what is sent. Use tls:// and certificates; or, in a network where you trust "
                "everybody, confirm it with --trust-network (in Python: relulab.Scheduler(…, trusted=True))."
            )

    @property
    def has_tls(self) -> bool:
        return self._protocol == TLS

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine, at an address that others do not reach."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self._protocol}://{self._place}"

    @property
    def host(self) -> str:
        return self._place.rpartition(":")[0].strip("[]")

    @property
    def _protocol(self) -> str:
        before, there, _ = self.address.partition("://")
        return before.lower() if there else TCP if self.certificates is None else TLS

    @property
    def _place(self) -> str:
        return self.address.strip().rpartition("://")[2].rstrip("/")

    @property
    def _port(self) -> int:
        port = self._place.rpartition(":")[2]
        return int(port) if port.isdecimal() and port.isascii() else 0


@dataclass(frozen=True, slots=True)
class Workers:
    """Who trains: ``jobs`` processes of this machine, of which one is this process itself, or those of a scheduler."""

    jobs: int = 1
    scheduler: Scheduler | None = None

    @classmethod
    def of(cls, jobs: int = 1, scheduler: str | Scheduler | None = None) -> "Workers":
        """Raises SpecError where there cannot be such workers."""
        if not 1 <= jobs <= MOST_JOBS:
            raise SpecError(f"Networks are trained by 1 to {MOST_JOBS} processes, and {jobs:,} is no such number.")
        if jobs > 1 and scheduler is not None:
            raise SpecError(
                "A scheduler has workers of its own, so a number of processes says nothing: give one of both."
            )
        return cls(jobs, Scheduler(scheduler) if isinstance(scheduler, str) else scheduler)

    @property
    def is_this_process(self) -> bool:
        return self.jobs == 1 and self.scheduler is None

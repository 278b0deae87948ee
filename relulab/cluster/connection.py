"""To a scheduler and its workers: started here for one sweep, or reached at an address; what goes wrong, in words."""

import logging
import ssl
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from relulab.cluster.addresses import CA, CERTIFICATE, KEY, Scheduler, Workers
from relulab.cluster.versions import Versions, difference, versions_here
from relulab.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client, Security

CONNECT_SECONDS = 10
STARTED_SECONDS = 120  # of the workers on this machine; 2 to 10 where it is not busy
CLOSE_SECONDS = 5
KEPT_UP_EVERY = 1.0  # seconds between two looks whether all processes are there
ANY_PORT = "127.0.0.1:0"
# Dask would also have each freed tensor given back to the system, and asked for again: half as much time once more
ONE_THREAD = {"OMP_NUM_THREADS": 1, "MKL_NUM_THREADS": 1, "OPENBLAS_NUM_THREADS": 1}
KILLED_HERE = 1  # how often a task may end a worker on this machine before it is looked at net by net


@dataclass(frozen=True, slots=True)
class Connection:
    """``name`` says in a sentence which workers these are; ``is_local``: they were started for this sweep."""

    client: "Client"
    name: str
    is_local: bool

    @property
    def workers(self) -> int:
        """How many there are now."""
        return len(self.client.scheduler_info(n_workers=-1)["workers"])


def connect(workers: Workers) -> AbstractContextManager[Connection]:
    """To workers for a sweep: processes that are started on this machine, or those of a scheduler.

    Raises ClusterError where they cannot be had, or are not of the versions of this process.
    """
    try:
        import distributed  # noqa: F401  # whether it is there
    except ImportError as error:
        raise ClusterError(
            f"Several processes need a package that is not installed ({error}). "
            "Install it with: pip install relulab[cluster]"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said by this program
    return _started(workers.jobs) if workers.scheduler is None else _reached(workers.scheduler)


@contextmanager
def _started(jobs: int) -> Iterator[Connection]:
    import dask
    from distributed import LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": KILLED_HERE,
        "distributed.comm.timeouts.connect": f"{STARTED_SECONDS}s",
        "distributed.comm.timeouts.tcp": f"{STARTED_SECONDS}s",
        "distributed.deploy.lost-worker-timeout": f"{STARTED_SECONDS}s",  # one that comes back loads torch first
        "distributed.nanny.pre-spawn-environ": ONE_THREAD,
        "distributed.worker.profile.enabled": False,  # it looks at what is called a hundred times a second
    }
    with dask.config.set(settings):
        try:
            cluster = LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                memory_limit=0,
                host="127.0.0.1",
                dashboard_address=ANY_PORT,
                worker_dashboard_address=ANY_PORT,
                scheduler_kwargs={"dashboard": False},
                silence_logs=logging.CRITICAL,
            )
        except (OSError, RuntimeError, TimeoutError) as error:
            raise ClusterError(
                f"{jobs} processes could not be started on this machine ({error}). Try fewer. In a script, call "
                "relulab.sweep below: if __name__ == '__main__':"
            ) from None
        with cluster, _kept_up(cluster, jobs), _opened(cluster, timeout=STARTED_SECONDS) as client:
            yield Connection(client, f"{jobs} processes on this machine", is_local=True)


@contextmanager
def _kept_up(cluster: Any, jobs: int) -> Iterator[None]:
    """Start others in place of processes that ended before Dask knew that they had started: it leaves those away."""
    from distributed.core import Status
    from tornado.ioloop import PeriodicCallback

    def replace_ended() -> None:
        ended = [name for name, each in cluster.workers.items() if each.status in (Status.closed, Status.failed)]
        for name in ended:
            cluster.worker_spec.pop(name, None)
        if len(cluster.workers) - len(ended) < jobs:
            cluster.scale(jobs)

    replacing = PeriodicCallback(replace_ended, KEPT_UP_EVERY * 1000)
    cluster.loop.add_callback(replacing.start)
    try:
        yield
    finally:
        cluster.loop.add_callback(replacing.stop)


def _opened(where: Any, **settings: Any) -> "Client":
    """A client; one that cannot connect is closed before its error goes on.

    Left to Python's collector it would be closed at any moment, also while another one is made in the same thread: both
    then wait for one lock, for ever. Closing ends the thread only of one that was open.
    """
    from distributed import Client

    client = Client.__new__(Client)
    try:
        Client.__init__(client, where, **settings)
    except BaseException:
        with suppress(AttributeError):  # refused so early that there is nothing to close
            client.close(timeout=CLOSE_SECONDS)
            client._loop_runner.stop()
        raise
    return client


@contextmanager
def _reached(scheduler: Scheduler) -> Iterator[Connection]:
    client = _client(scheduler)
    try:
        connection = Connection(client, f"the scheduler at {scheduler.url}", is_local=False)
        _check_workers(connection)
        yield connection
    finally:
        client.close(timeout=CLOSE_SECONDS)


def _client(scheduler: Scheduler) -> "Client":
    """Raises ClusterError, with what to do."""
    from distributed.comm.core import CommClosedError, FatalCommClosedError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions: they are compared below, and refused
            return _opened(scheduler.url, security=_security(scheduler), timeout=CONNECT_SECONDS, set_as_default=False)
    except (FatalCommClosedError, ssl.SSLError) as error:
        raise ClusterError(
            f"{scheduler.url} and this machine do not accept each other's certificates ({error}). "
            f"Take {CA}, {CERTIFICATE} and {KEY} from whoever runs the scheduler."
        ) from None
    except TypeError:
        raise ClusterError(
            f"For {scheduler.url} certificates are needed. Name their folder with --certificates DIR."
        ) from None
    except CommClosedError as error:
        raise ClusterError(
            f"{scheduler.url} closed the connection ({error}). Is it a scheduler of Dask, and is the beginning of the "
            "address right, tls:// or tcp://?"
        ) from None
    except (OSError, TimeoutError) as error:
        raise ClusterError(
            f"No scheduler answers at {scheduler.url} ({type(error).__name__} after {CONNECT_SECONDS} s). Start one "
            "with “dask scheduler”, and compare host, port, and tls:// or tcp://."
        ) from None


def _security(scheduler: Scheduler) -> "Security | None":
    from distributed import Security

    folder = scheduler.certificates
    if folder is None:
        return Security(require_encryption=True) if scheduler.has_tls else None
    return Security(
        require_encryption=True,
        tls_ca_file=str(folder / CA),
        tls_client_cert=str(folder / CERTIFICATE),
        tls_client_key=str(folder / KEY),
    )


def _check_workers(connection: Connection) -> None:
    """Whether there are workers, and all are of the versions of this process. Raises ClusterError."""
    if not connection.workers:
        raise ClusterError(
            f"There is no worker at {connection.name}. Start some: dask worker ADDRESS --nthreads 1 --no-dashboard"
        )
    ours = versions_here()
    try:
        answers = connection.client.run(_of_worker, on_error="return")
        scheduler: Any = connection.client.get_versions()
    except (OSError, TimeoutError) as error:
        raise ClusterError(f"The workers of {connection.name} do not answer ({error}).") from None
    packages = scheduler["scheduler"].get("packages", {})
    theirs = {"Python": _release(packages.get("python")), "Dask": str(packages.get("distributed"))}
    found = difference(theirs, {title: ours[title] for title in theirs})
    if found:
        raise ClusterError(f"At {connection.name} another version runs: {found}. Install the same on all machines.")
    for address, answer in answers.items():
        if isinstance(answer, Exception):
            raise ClusterError(
                f"The worker {address} has no ReLU Lab that could be used ({type(answer).__name__}: {answer}). "
                "Install the same one there."
            )
        if found := difference(answer, ours):
            raise ClusterError(
                f"The worker {address} is of another version: {found}. Install the same on all machines."
            )


def _of_worker() -> Versions:
    """Called in the workers."""
    return versions_here()


def _release(version: Any) -> str:
    """``3.11.7`` of the ``3.11.7.final.0`` that Dask tells."""
    return ".".join(str(version).split(".")[:3])

"""``relulab population``: many networks for the window, which asks on the standard input and listens to the output."""

import sys
from typing import TYPE_CHECKING

import typer

from relulab.cli.options import Certificates, DataRoot, Download, Jobs, SchedulerAddress, TrustNetwork

if TYPE_CHECKING:
    from relulab.population.standing import Told


def population(
    jobs: Jobs = 1,
    scheduler: SchedulerAddress = None,
    certificates: Certificates = None,
    trust_network: TrustNetwork = False,
    data_root: DataRoot = None,
    download: Download = False,
) -> None:
    """Train many networks and tell of each, a line of JSON whenever it was looked at."""
    from relulab.callbacks import ignore
    from relulab.cli.arguments import source, workers
    from relulab.cluster.telling import tell_by
    from relulab.population.told import Asked

    def tell(told: "Told") -> None:
        typer.echo(told.line())

    asked = Asked.of_text(sys.stdin.read())
    by = workers(jobs, scheduler, certificates, trust_network)
    tell_by(by, asked, source(data_root, download, ignore), tell)

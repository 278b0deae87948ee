"""The options that several commands share, as types. What they mean is in ``arguments``."""

from pathlib import Path
from typing import Annotated

import typer

Experiment = Annotated[
    str, typer.Argument(metavar="SPEC|PRESET", help="A preset (see 'relulab presets') or an experiment's JSON file.")
]
ExperimentOrSession = Annotated[
    str,
    typer.Argument(metavar="SPEC|PRESET|SESSION", help="A preset, an experiment's JSON file or a .relulab session."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change one value, e.g. training.learning_rate=0.01. Repeatable."),
]
DataRoot = Annotated[
    Path | None, typer.Option("--data-root", metavar="DIR", help="A folder that holds the data set's files.")
]
Download = Annotated[bool, typer.Option("--download", help="Download the data set if it is not on this machine.")]
ReadTables = Annotated[
    bool, typer.Option("--read-tables", help="Read the tables that a session names. Only if you know who made it.")
]
Device = Annotated[
    str | None, typer.Option("--device", metavar="auto|cpu|cuda", help="What to compute on; cuda:1 names one GPU.")
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="One seed for data, initial weights and batch order.")]
Weights = Annotated[
    Path | None,
    typer.Option("--weights", metavar="FILE", exists=True, dir_okay=False, help="Trained weights (safetensors)."),
]
Run = Annotated[
    str | None,
    typer.Option("--run", metavar="NAME|NUMBER|KEY", help="Which run of the session; without it the last one."),
]
Jobs = Annotated[
    int, typer.Option("--jobs", metavar="N", help="How many processes of this machine train (extra 'cluster').")
]
SchedulerAddress = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="A scheduler of Dask whose workers train, tls://HOST:PORT."),
]
Certificates = Annotated[
    Path | None,
    typer.Option("--certificates", metavar="DIR", help="A folder with ca.pem, cert.pem and key.pem for it."),
]
TrustNetwork = Annotated[
    bool,
    typer.Option("--trust-network", help="Use it without TLS, though whoever reaches it can run code on its workers."),
]

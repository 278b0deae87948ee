"""One input of a small run that was trained a little, looked at."""

from functools import lru_cache

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.session.store import SessionStore
from relulab.training.kept_weights import MomentWeights
from relulab.training.one_input import OneInput, Question
from relulab.training.one_input_reader import OneInputReader
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE
from relulab.training.telemetry import RunStarted

STEPS = 20


@lru_cache(maxsize=16)
def _reader_of(content: str, steps: int) -> tuple[RunStarted, OneInputReader]:
    """What looks at inputs of a run of an experiment after so many steps."""
    spec = ExperimentSpec.model_validate_json(content)
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=LIVE, record=store.append)
    run.run_until(steps)
    assert store.current is not None
    reader = OneInputReader(store.current.info)
    reader.take(MomentWeights.of_run(run))
    return store.current.info, reader


def looked_at(spec: ExperimentSpec, index: int = 0, *, known: bool = True) -> tuple[RunStarted, OneInput]:
    """Sample ``index`` of the validation set; with its target only where it is ``known``."""
    info, reader = _reader_of(spec.model_dump_json(), STEPS)
    split = info.dataset.validation
    return info, reader.look(Question(split.inputs[index], split.targets[index] if known else None, with_slopes=True))

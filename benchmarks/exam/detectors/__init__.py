"""Published detectors of other tools, rebuilt.

Each is written anew from facts about it (conditions, thresholds, when it looks); its docstring gives their source, and
what was chosen where the facts leave a choice. No code was taken over.
"""

from benchmarks.exam.detector import Detector
from benchmarks.exam.detectors.autotrainer import Autotrainer
from benchmarks.exam.detectors.deepdiagnosis import DeepDiagnosis
from benchmarks.exam.detectors.deeplocalize import DeepLocalize
from benchmarks.exam.detectors.neuralint import NeuraLint
from benchmarks.exam.detectors.sagemaker import SageMaker
from benchmarks.exam.detectors.umlaut import Umlaut

DETECTORS: tuple[type[Detector], ...] = (Autotrainer, DeepDiagnosis, DeepLocalize, Umlaut, SageMaker, NeuraLint)

__all__ = ["DETECTORS", "Autotrainer", "DeepDiagnosis", "DeepLocalize", "NeuraLint", "SageMaker", "Umlaut"]

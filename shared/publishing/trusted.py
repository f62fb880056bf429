"""The types that an estimator may hold, where nobody vouches for more."""

from collections.abc import Sequence

from shared.engines.frames import FRAME_TYPE
from shared.errors import InvalidInput, Problem

# Beyond those that skops trusts itself: what estimators and transformers of scikit-learn hold. Never longer because a
# file claims to need more.
TRUSTED = frozenset(
    {
        FRAME_TYPE,
        "functools.partial",  # what it calls is looked at for itself
        "numpy.dtype",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.calibration._TemperatureScaling",
        "sklearn.compose._column_transformer._RemainderColsList",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.feature_selection._univariate_selection.f_classif",
        "sklearn.feature_selection._univariate_selection.f_regression",
        "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
        "sklearn.gaussian_process.kernels.ConstantKernel",
        "sklearn.gaussian_process.kernels.Product",
        "sklearn.gaussian_process.kernels.RBF",
        "sklearn.gaussian_process.kernels.Sum",
        "sklearn.gaussian_process.kernels.WhiteKernel",
        "sklearn.metrics._dist_metrics.EuclideanDistance64",
        "sklearn.metrics._dist_metrics.ManhattanDistance64",
        "sklearn.metrics._scorer._PassthroughScorer",
        "sklearn.metrics._scorer._Scorer",
        "sklearn.neighbors._ball_tree.BallTree",
        "sklearn.neighbors._kd_tree.KDTree",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        "sklearn.tree._tree.Tree",
        "sklearn.utils.validation.check_array",
    }
)


def needed_types(artefact: bytes, vouched: Sequence[str], how: str) -> tuple[str, ...]:
    """The types that the skops bytes `artefact` need beyond skops' own list: of TRUSTED, or `vouched` for one by one.

    Raises InvalidInput that names every other one, and says `how` a person vouches for them: "names each by --trust".
    """
    import skops.io

    found = sorted(skops.io.get_untrusted_types(data=artefact))
    if others := [name for name in found if name not in TRUSTED and name not in vouched]:
        message = f"holds {', '.join(others)}: to load these runs their code. Who trusts them {how}"
        raise InvalidInput([Problem("types", message)])
    return tuple(found)

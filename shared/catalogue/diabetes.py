"""Diabetes: how far the disease advances in a year, from ten measurements (Efron et al. 2004)."""

from shared.catalogue.entry import CatalogueEntry
from shared.catalogue.recipes import BAYESIAN_RIDGE, BOOSTING_REGRESSOR, FOREST_REGRESSOR, SVR
from shared.domain.dataset import Dataset
from shared.domain.signature import Column, Output

COLUMNS = (
    Column("age", "Age", "years", 1),
    Column("sex", "Sex (1 or 2, as in the data)", "", 1),
    Column("bmi", "Body mass index", "kg/m²", 0.1),
    Column("bp", "Mean blood pressure", "mmHg", 1),
    Column("s1", "Total serum cholesterol", "mg/dl", 1),
    Column("s2", "Low-density lipoproteins", "mg/dl", 1),
    Column("s3", "High-density lipoproteins", "mg/dl", 1),
    Column("s4", "Total cholesterol by HDL", "", 0.01),
    Column("s5", "Logarithm of serum triglycerides", "", 0.01),
    Column("s6", "Blood sugar", "mg/dl", 1),
)


def load_dataset() -> Dataset:
    """The 442 rows that scikit-learn embeds, in their own units: X (442, 10), y (442,)."""
    from sklearn.datasets import load_diabetes

    data = load_diabetes(scaled=False)
    return Dataset("Diabetes", "Efron et al. (2004), as embedded in scikit-learn", data.data, data.target)


ENTRY = CatalogueEntry(
    name="diabetes",
    title="Diabetes",
    description="Estimates how far diabetes advances in a year, from ten measurements of a patient.",
    load_dataset=load_dataset,
    columns=COLUMNS,
    output=Output("progression", "Progression after a year", unit="points"),
    recipes=(BAYESIAN_RIDGE, SVR, FOREST_REGRESSOR, BOOSTING_REGRESSOR),
    default_recipe=BAYESIAN_RIDGE.name,
    caveats=("The 442 patients were examined before 2004, in one study. It shows a regression; it advises nobody.",),
)

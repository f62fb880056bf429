"""Iris: which of three species is it, from four measurements (Fisher 1936)."""

from shared.catalogue.entry import CatalogueEntry
from shared.catalogue.recipes import FOREST, LDA, LOGISTIC, MLP, TREE
from shared.domain.dataset import Dataset
from shared.domain.signature import Column, Output, OutputClass

COLUMNS = (
    Column("sepal_length_cm", "Sepal length", "cm", 0.1, role="sepal_length"),
    Column("sepal_width_cm", "Sepal width", "cm", 0.1, role="sepal_width"),
    Column("petal_length_cm", "Petal length", "cm", 0.1, role="petal_length"),
    Column("petal_width_cm", "Petal width", "cm", 0.1, role="petal_width"),
)
OUTPUT = Output(
    name="species",
    title="Species",
    classes=(
        OutputClass("setosa", "💐 Setosa"),
        OutputClass("versicolor", "🌷 Versicolor"),
        OutputClass("virginica", "🌺 Virginica"),
    ),
)


def load_dataset() -> Dataset:
    """The 150 rows that scikit-learn embeds: X (150, 4) in cm, y (150,)."""
    from sklearn.datasets import load_iris

    data = load_iris()
    return Dataset(name="Iris", source="Fisher (1936), as embedded in scikit-learn", X=data.data, y=data.target)


ENTRY = CatalogueEntry(
    name="iris",
    title="Iris",
    description="Tells three species of iris apart by the length and width of sepal and petal.",
    load_dataset=load_dataset,
    columns=COLUMNS,
    output=OUTPUT,
    recipes=(LDA, MLP, TREE, LOGISTIC, FOREST),
    default_recipe=LDA.name,
    caveats=(
        "There are three species in its data, and it names one of them whatever flower, or thing, it is asked about.",
    ),
)

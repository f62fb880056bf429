"""From a CSV file of a user's own to a dataset and a model to be trained on it."""

from shared.tables.columns import TableColumn
from shared.tables.table import Table, read_table

__all__ = ["Table", "TableColumn", "read_table"]

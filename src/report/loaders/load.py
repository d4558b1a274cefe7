"""Loads the tables of this folder into pandas, with the labels of codebook.csv.

    from load import load_results
    results = load_results("path/to/results")

`results["documents"]`, `results["matches"]` … are data frames; `.attrs["labels"]` holds the label of every column, `.attrs["descriptions"]` what it means.
Numbers that do not exist (NA in the tables) are missing. A text "NA" stays a text.
"""

from pathlib import Path, PurePosixPath

import pandas

TYPES = {"string": "str", "integer": "Int64", "number": "float64"}


def load_results(folder=Path(__file__).parent):
    folder = Path(folder)

    def read(path, columns=None):
        numbers = [] if columns is None else columns.loc[columns["type"] != "string", "column"]
        types = "str" if columns is None else dict(zip(columns["column"], columns["type"].map(TYPES)))
        return pandas.read_csv(folder / path, dtype=types, encoding="utf-8-sig", keep_default_na=False,
                               na_values={column: ["NA"] for column in numbers})

    codebook = read("codebook.csv")
    results = {"codebook": codebook}
    for path, columns in codebook[codebook["table"] != "codebook.csv"].groupby("table", sort=False):
        table = read(path, columns)
        if list(table.columns) != list(columns["column"]):
            raise ValueError(f"{path} has other columns than codebook.csv says")
        table.attrs["labels"] = dict(zip(columns["column"], columns["label"]))
        table.attrs["descriptions"] = dict(zip(columns["column"], columns["description"]))
        name = PurePosixPath(path).stem.rpartition("desc-")[2].removesuffix("_data")
        results[name] = table
    return results


if __name__ == "__main__":
    for name, table in load_results().items():
        print(f"{name}: {len(table)} rows, {len(table.columns)} columns")

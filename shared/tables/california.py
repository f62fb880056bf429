"""California's house prices, by way of scikit-learn: it has a place for data sets, and fills it when it is asked to."""

from urllib.error import URLError

from shared.errors import Problem, UnusableFile

NAME = "California housing"
SOURCE = "Pace and Barry (1997), by scikit-learn's fetch_california_housing"


def california_csv(*, download: bool) -> bytes:
    """The 20,640 block groups as a CSV, whose columns have scikit-learn's names.

    Raises UnusableFile where they are not on this machine, or with `download` can't be had.
    """
    from sklearn.datasets import fetch_california_housing, get_data_home  # noqa: PLC0415  # only who wants them waits

    try:
        data = fetch_california_housing(download_if_missing=download, as_frame=True)
    except (URLError, TimeoutError) as error:
        raise UnusableFile(NAME, [Problem("", f"can't be downloaded: {error}")]) from None
    except OSError:
        message = f"is not in {get_data_home()}; --download fetches it (0.4 MB)"
        raise UnusableFile(NAME, [Problem("", message)]) from None
    text: str = data.frame.to_csv(index=False)
    return text.encode()

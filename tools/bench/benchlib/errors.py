"""The one exception of the benchmark: its text names the culprit and the remedy."""


class BenchError(Exception):
    pass

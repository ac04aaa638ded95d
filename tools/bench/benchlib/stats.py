"""Pure: medians, paired ratios and the aligned table."""
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One column: `better` is "low", "high" or "" (neither: shown, never compared)."""
    key: str
    title: str
    better: str = ""
    digits: int = 1
    ratio: bool = False  # show the ratios to the better peer and to the floor


def values_of(rounds, proxy, key):
    """The figure of one proxy in every round where it was measured."""
    cells = [results.get(proxy) or {} for results in rounds]
    return [cell[key] for cell in cells if cell.get(key) is not None]


def median_of(rounds, proxy, key):
    values = values_of(rounds, proxy, key)
    return statistics.median(values) if values else None


def spread_percent(rounds, proxy, key):
    """(max - min) / median over the rounds: how far to trust the median."""
    values = values_of(rounds, proxy, key)
    middle = statistics.median(values) if values else 0
    return 100 * (max(values) - min(values)) / middle if middle else None


def better_peer(rounds, peers, figure):
    """The peer whose median is the better one, or None."""
    medians = {peer: median_of(rounds, peer, figure.key) for peer in peers}
    known = [peer for peer in peers if medians[peer] is not None]
    if not known:
        return None
    pick = max if figure.better == "high" else min
    return pick(known, key=lambda peer: medians[peer])


def paired_ratio(rounds, proxy, reference, key):
    """Median of the per-round ratios: both sides of a ratio come from one round, so what disturbs
    a whole round cancels out."""
    ratios = []
    for results in rounds:
        mine, other = (results.get(name, {}).get(key) for name in (proxy, reference))
        if mine is not None and other:
            ratios.append(mine / other)
    return statistics.median(ratios) if ratios else None


def summarise(rounds, proxies, peers, figures):
    """{proxy: {key: {median, spread_percent, vs_peer, peer, vs_floor}}}; None is unknown."""
    summary = {proxy: {} for proxy in proxies}
    for figure in figures:
        peer = better_peer(rounds, peers, figure) if figure.ratio else None
        for proxy in proxies:
            cell = {"median": median_of(rounds, proxy, figure.key),
                    "spread_percent": spread_percent(rounds, proxy, figure.key)}
            if figure.ratio:
                cell["peer"] = peer
                cell["vs_peer"] = paired_ratio(rounds, proxy, peer, figure.key)
                cell["vs_floor"] = paired_ratio(rounds, proxy, "floor", figure.key)
            summary[proxy][figure.key] = cell
    return summary


def number(value, digits):
    return "-" if value is None else f"{value:.{digits}f}"


def summary_table(summary, figures):
    header = ["proxy"]
    for figure in figures:
        header.append(figure.title)
        header += ["+-%", "x peer", "x floor"] if figure.ratio else []
    rows = [header]
    for proxy, cells in summary.items():
        row = [proxy]
        for figure in figures:
            cell = cells[figure.key]
            row.append(number(cell["median"], figure.digits))
            if figure.ratio:
                row += [number(cell["spread_percent"], 0), number(cell["vs_peer"], 2),
                        number(cell["vs_floor"], 2)]
        rows.append(row)
    return aligned(rows)


def aligned(rows):
    """Text: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)

"""The humanitarian class on events it has not learned from: precision, recall, F1, and what is confused."""

from __future__ import annotations

from collections import Counter

from console.intake.weights import CLASSES
from console.model import HUMANITARIAN_WORDS
from tests.bench.signal.held_out import held_out

UNTOLD = "not told"


def report() -> bool:
    """Print each class, the mean of all seven, and the table; there is no bar to be missed."""
    counts = Counter((held.post.label, held.humanitarian or UNTOLD) for held in held_out())
    scores = []
    print(f"  {'':26} precision  recall      F1   posts")
    for label in CLASSES:
        right = counts[label, label]
        said = sum(counts[other, label] for other in CLASSES)
        there = sum(count for (other, _), count in counts.items() if other == label)
        scores.append(2 * right / max(1, said + there))
        print(
            f"  {HUMANITARIAN_WORDS[label]:26} {right / max(1, said):9.2f} {right / max(1, there):7.2f} "
            f"{scores[-1]:7.2f} {there:7}"
        )
    everything = sum(counts.values())
    right = sum(counts[label, label] for label in CLASSES)
    untold = sum(count for (_, told), count in counts.items() if told == UNTOLD)
    print(
        f"  macro-F1 {sum(scores) / len(scores):.3f}, right {100 * right / everything:.1f}%, "
        f"not told {100 * untold / everything:.1f}%"
    )
    columns = (*CLASSES, UNTOLD)
    print(f"  {'is, and is called':26}" + "".join(f"{_short(label):>9}" for label in columns))
    for label in CLASSES:
        row = "".join(f"{counts[label, told]:9}" for told in columns)
        print(f"  {HUMANITARIAN_WORDS[label]:26}{row}")
    return True


def _short(label: str) -> str:
    return label if label == UNTOLD else label.split("_")[0][:8]

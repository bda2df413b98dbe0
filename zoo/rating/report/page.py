"""Writing the page about a study."""

from __future__ import annotations

from pathlib import Path

from zoo_provenance.atomic import write_atomically
from zoo_provenance.manifest import now, zoo_version

from ...report.rendering import check_page, templates
from ..study import Kind
from ..summary import Summary
from .figure import draw
from .found import findings
from .tables import counted
from .trust import conditions, judges, reliability

TITLES: dict[Kind, str] = {
    "real-or-generated": "Real or generated?",
    "which-is-better": "Which is better?",
    "scales": "How good are they?",
}


def write_page(summary: Summary, path: Path, *, overwrite: bool = False) -> None:
    """One page of HTML, which loads nothing and runs no program. No picture is on it, and no name
    of a rater but the number.

    Raises UsageError where ``path`` does not end with .html, or is there already and is not to be
    overwritten; OSError where it cannot be written.
    """
    check_page(path, overwrite=overwrite)
    page = templates("zoo.rating.report").get_template("study.html")
    count = len(judges(summary))
    html = page.render(
        raters=counted(count, "rater") if count else "raters",
        title=TITLES[summary.study.kind],
        study=summary.study,
        file=Path(summary.file).name,
        time=now(),
        version=zoo_version(),
        findings=findings(summary),
        trust=reliability(summary),
        conditions=conditions(summary),
        draw=draw,
    )
    write_atomically(path, html.encode())

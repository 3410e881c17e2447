"""`labelsets reconcile`: the label fields of a dataset to one, by a policy."""

from __future__ import annotations

from typing import Annotated

import typer

from .terminal import failing, print_json, progress_bars, quiet_output


def reconcile(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset in FiftyOne.")],
    key: Annotated[
        str,
        typer.Option(
            help="Key of the comparison; of a consensus, that of the agreement."
        ),
    ] = "diff",
    policy: Annotated[
        str,
        typer.Option(
            help="revised, base, agreed, union, more-instances, consensus, or a YAML "
            "or JSON file."
        ),
    ] = "revised",
    field: Annotated[str | None, typer.Option(help="Name of the new field.")] = None,
    open_items: Annotated[
        str | None,
        typer.Option(
            "--open",
            help="What becomes of items that nothing decides: base, revised, both, "
            "neither, or refuse. By default what the policy says, else refuse.",
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a reconciled field.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count only, write nothing.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON alone, for programs.")
    ] = False,
) -> None:
    """Makes a label field out of the decisions on two compared ones, or a consensus.

    Example: labelsets reconcile mine --policy policy.yaml --open base

    Of an agreement: labelsets reconcile mine --key agreement --policy consensus
    """
    with failing(), quiet_output():
        import fiftyone as fo

        from ..labelsets import reconcile_annotations

        with progress_bars() as on_progress:
            results = reconcile_annotations(
                fo.load_dataset(dataset),
                key,
                policy,
                field,
                open_items,
                overwrite,
                dry_run,
                on_progress,
            )
    if as_json:
        print_json(results.to_dict())
    else:
        typer.echo(str(results))

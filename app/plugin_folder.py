"""FiftyOne's plugin folder, with the plugin in it."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import fiftyone as fo
from fiftyone import plugins

PLUGIN = "@sama/sama-coco"
LINK = "sama-coco"
VARIABLE = "FIFTYONE_PLUGINS_DIR"


def use_plugin(root: Path, own_folder: Path) -> None:
    """Makes sure that FiftyOne, here and in the App's server, finds the plugin.

    In a folder that the user has configured, a missing plugin is linked, and nothing
    else is changed.

    Args:
        root: the folder of the plugin
        own_folder: the plugin folder to make if the user has configured none

    Raises:
        OSError: if the folder can't be written
    """
    default = os.path.join(fo.config.default_dataset_dir, "__plugins__")
    if os.environ.get(VARIABLE) or fo.config.plugins_dir != default:
        _add_link(root, Path(fo.config.plugins_dir))
        return
    _renew_link(root, own_folder / LINK)
    # The App's server is another process.
    os.environ[VARIABLE] = fo.config.plugins_dir = str(own_folder)


def _renew_link(root: Path, link: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() and link.resolve() != root.resolve():
        link.unlink()  # the checkout was moved or copied
    if not link.is_symlink():
        link.symlink_to(root, target_is_directory=True)


def _add_link(root: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if PLUGIN in plugins.list_downloaded_plugins():
        found = Path(plugins.find_plugin(PLUGIN))
        if found.resolve() != root.resolve():
            print(f"The App uses the plugin in '{found}', not the one in '{root}'")
        return
    names = (f"{LINK}-{n}" if n else LINK for n in itertools.count())
    link = next(folder / n for n in names if not os.path.lexists(folder / n))
    link.symlink_to(root, target_is_directory=True)
    print(f"The plugin was missing in your plugin folder; '{link}' now leads to it")

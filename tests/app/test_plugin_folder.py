"""Where the App finds the plugin: in a folder of its own, or in the user's."""

from __future__ import annotations

import os
from pathlib import Path

import fiftyone as fo
import pytest
from fiftyone import plugins
from helpers.checkout import REPOSITORY
from sama_coco.app.plugin_folder import PLUGIN, VARIABLE, use_plugin


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / ".run" / "plugins"


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plugin folder that the user has configured, with a file of theirs."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    monkeypatch.setenv(VARIABLE, str(folder))
    monkeypatch.setattr(fo.config, "plugins_dir", str(folder))
    return folder


@pytest.fixture
def unconfigured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    home = str(tmp_path / "home")
    monkeypatch.setattr(fo.config, "default_dataset_dir", home)
    monkeypatch.setattr(fo.config, "plugins_dir", os.path.join(home, "__plugins__"))


def found() -> Path:
    return Path(plugins.find_plugin(PLUGIN)).resolve()


@pytest.mark.usefixtures("unconfigured")
def test_without_a_configured_folder_there_is_one_with_this_plugin(own: Path) -> None:
    use_plugin(REPOSITORY, own)
    assert found() == REPOSITORY
    assert os.environ[VARIABLE] == fo.config.plugins_dir == str(own)


@pytest.mark.usefixtures("unconfigured")
@pytest.mark.parametrize("exists", [False, True])
def test_a_link_to_where_the_checkout_was_is_renewed(
    own: Path, tmp_path: Path, exists: bool
) -> None:
    before = tmp_path / "before"
    if exists:
        before.mkdir()
    own.mkdir(parents=True)
    (own / "sama-coco").symlink_to(before)
    use_plugin(REPOSITORY, own)
    assert found() == REPOSITORY


def test_a_users_folder_without_the_plugin_gets_a_link_and_is_told(
    configured: Path, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use_plugin(REPOSITORY, own)
    assert found() == REPOSITORY
    assert f"'{configured / 'sama-coco'}' now leads to it" in capsys.readouterr().out
    use_plugin(REPOSITORY, own)
    assert capsys.readouterr().out == ""
    assert {p.name for p in configured.iterdir()} == {"notes.txt", "sama-coco"}
    assert not own.exists()


def test_nothing_in_a_users_folder_is_replaced(configured: Path, own: Path) -> None:
    (configured / "sama-coco").symlink_to("/nowhere")
    use_plugin(REPOSITORY, own)
    assert found() == REPOSITORY
    assert os.readlink(configured / "sama-coco") == "/nowhere"


def test_another_copy_in_a_users_folder_is_used_and_named(
    configured: Path, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = configured / "a copy"
    copy.mkdir()
    (copy / "fiftyone.yml").write_bytes((REPOSITORY / "fiftyone.yml").read_bytes())
    use_plugin(REPOSITORY, own)
    assert found() == copy
    assert f"uses the plugin in '{copy}'" in capsys.readouterr().out

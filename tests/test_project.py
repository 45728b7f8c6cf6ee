"""Which project a folder is."""

import subprocess
from pathlib import Path

import pytest

from acrouter_mcp.project import allowed_roots, find_project, head_commit, normalise_origin


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


@pytest.mark.parametrize(
    "url",
    [
        "git@example.org:Org/Repo.git",
        "https://user:secret@example.org/Org/Repo.git/",
        "ssh://git@example.org:22/Org/Repo",
        "https://example.org/Org/Repo",
    ],
)
def test_clones_by_any_protocol_are_one_project(url: str) -> None:
    assert normalise_origin(url) == "example.org/org/repo"


def test_a_repository_is_known_by_its_origin_from_any_folder_in_it(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "git@example.org:team/app.git")
    below = repository / "src"
    below.mkdir()
    project = find_project(below)
    assert (project.id, project.root.resolve(), project.is_git) == ("example.org/team/app", repository.resolve(), True)


def test_a_folder_without_origin_has_an_id_of_its_own(tmp_path: Path, repository: Path) -> None:
    (tmp_path / "plain").mkdir()
    ids = {find_project(repository).id, find_project(tmp_path / "plain").id}
    assert len(ids) == 2
    assert all(one.startswith("folder-") for one in ids)


def test_a_named_project_wins(repository: Path) -> None:
    assert find_project(repository, "ours").id == "ours"


def test_the_commit_is_that_of_head(repository: Path) -> None:
    assert head_commit(repository) is None
    git(repository, "commit", "-q", "--allow-empty", "-m", "first")
    commit = head_commit(repository)
    assert commit is not None
    assert len(commit) == 40


def test_only_a_git_root_is_an_allowed_workspace(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert allowed_roots(find_project(repository)) == (repository.resolve(),)
    (tmp_path / "plain").mkdir()
    assert allowed_roots(find_project(tmp_path / "plain")) == ()
    monkeypatch.setenv("HOME", str(repository))
    assert allowed_roots(find_project(repository)) == ()

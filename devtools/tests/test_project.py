# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from devtools import project


@pytest.fixture
def addon(write):
    write("psynamica_a/__manifest__.py", "{'depends': ['mail', 'psynamica_b']}")
    write("psynamica_b/__manifest__.py", "{'depends': ['calendar']}")
    return write("psynamica_a/models/thing.py", "x = 1").parent.parent


def test_addons_are_found_by_their_manifest(addon, tmp_path):
    (tmp_path / "psynamica_notes").mkdir()

    assert [path.name for path in project.addons(tmp_path)] == [
        "psynamica_a",
        "psynamica_b",
    ]


def test_an_addon_that_is_not_installable_is_no_addon(addon, write, tmp_path):
    write("psynamica_b/__manifest__.py", "{'installable': False}")

    assert [path.name for path in project.addons(tmp_path)] == ["psynamica_a"]


def test_dependencies_of_one_addon_on_another_are_ours(addon, tmp_path):
    assert project.foreign_dependencies(tmp_path) == ["calendar", "mail"]


def test_a_changed_file_changes_the_digest(addon, write, tmp_path):
    before = project.addons_digest(tmp_path)
    write("psynamica_a/models/thing.py", "x = 2")

    assert project.addons_digest(tmp_path) != before


def test_a_renamed_file_changes_the_digest(addon, tmp_path):
    before = project.addons_digest(tmp_path)
    (addon / "models" / "thing.py").rename(addon / "models" / "other.py")

    assert project.addons_digest(tmp_path) != before


@pytest.mark.parametrize(
    "place", ["tests/test_x.py", "models/__pycache__/thing.pyc", "readme/USAGE.md"]
)
def test_files_that_odoo_does_not_load_leave_the_digest(addon, write, tmp_path, place):
    before = project.addons_digest(tmp_path)
    write(f"psynamica_a/{place}", "anything")

    assert project.addons_digest(tmp_path) == before


def test_moving_text_from_one_file_to_the_next_changes_the_digest(write):
    one, two = write("one", "ab"), write("two", "c")
    before = project.files_digest([one, two])
    write("one", "a")
    write("two", "bc")

    assert project.files_digest([one, two]) != before


def test_an_addon_that_needs_queue_job_is_only_where_it_is_wanted(
    addon, write, tmp_path
):
    before = project.addons_digest(tmp_path)
    write("psynamica_q/__manifest__.py", "{'depends': ['psynamica_b', 'queue_job']}")

    assert [path.name for path in project.optional_addons(tmp_path)] == ["psynamica_q"]
    assert "psynamica_q" not in [path.name for path in project.addons(tmp_path)]
    assert len(project.all_addons(tmp_path)) == 3
    assert project.foreign_dependencies(tmp_path) == ["calendar", "mail"]
    assert project.addons_digest(tmp_path) == before

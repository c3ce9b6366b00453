# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from devtools import xml_check

_DATA = '<odoo><record id="a" model="res.users"/></odoo>'


@pytest.fixture
def addon(write, tmp_path):
    def make(files, data=("views/a.xml",), demo=()):
        manifest = {"data": list(data), "demo": list(demo)}
        write("psynamica_a/__manifest__.py", repr(manifest))
        for place, text in files.items():
            write(f"psynamica_a/{place}", text)
        return tmp_path / "psynamica_a"

    return make


def test_good_data_is_well(addon):
    files = {"views/a.xml": _DATA, "static/src/a.xml": "<templates/>"}

    assert xml_check.problems(addon(files)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<odoo><record></odoo>", "mismatch"),
        ("<openerp/>", "the root is <openerp>"),
        ('<odoo><record model="res.users"/></odoo>', "without an id"),
        ('<odoo><template id="a"/>', "a.xml"),
    ],
)
def test_a_mistake_is_found(addon, text, expected):
    [problem] = xml_check.problems(addon({"views/a.xml": text}))

    assert expected in problem


def test_an_id_in_two_files_is_found(addon):
    files = {"views/a.xml": _DATA, "views/b.xml": _DATA}

    [problem] = xml_check.problems(addon(files, data=tuple(files)))
    assert "the id a is also in" in problem


def test_demo_data_may_change_a_record(addon):
    files = {"demo/b.xml": _DATA, "data/a.xml": _DATA}

    folder = addon(files, data=("data/a.xml",), demo=("demo/b.xml",))
    assert xml_check.problems(folder) == []


def test_a_file_nobody_loads_is_found(addon):
    files = {"views/a.xml": _DATA, "views/b.xml": "<odoo/>"}

    assert xml_check.problems(addon(files)) == [
        "psynamica_a/views/b.xml: not in the manifest"
    ]


def test_a_file_that_is_not_there_is_found(addon):
    [problem] = xml_check.problems(addon({}))

    assert "names views/a.xml, which is not there" in problem

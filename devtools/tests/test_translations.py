# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import polib
import pytest

from devtools import po_check, po_template

_HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def _entry(source, translation):
    return f'msgid "{source}"\nmsgstr "{translation}"\n\n'


@pytest.fixture
def addon(write, tmp_path):
    def make(template, russian):
        write("psynamica_a/i18n/psynamica_a.pot", _HEADER + template)
        write("psynamica_a/i18n/ru.po", _HEADER + russian)
        return tmp_path / "psynamica_a"

    return make


def test_a_complete_translation_is_well(addon):
    folder = addon(_entry("Join %(name)s", ""), _entry("Join %(name)s", "К %(name)s"))

    assert po_check.problems(folder) == []


@pytest.mark.parametrize(
    ("russian", "expected"),
    [
        ("", "not translated: “Join”"),
        (_entry("Join", ""), "empty: “Join”"),
        ("#, fuzzy\n" + _entry("Join", "Войти"), "fuzzy"),
        (_entry("Join", "Войти") + _entry("Leave", "Выйти"), "no longer used: “Leave”"),
    ],
)
def test_a_gap_is_found(addon, russian, expected):
    [problem] = po_check.problems(addon(_entry("Join", ""), russian))

    assert problem.endswith(expected)


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("At %(time)s", "В"),
        ("At %(time)s", "В %(date)s"),
        ("%s of %s", "%s"),
        ("{{ object.name }}", "{{ object.title }}"),
        ("100 %%", "100 %s"),
    ],
)
def test_a_lost_placeholder_is_found(source, translation):
    entry = polib.POEntry(msgid=source, msgstr=translation)

    [problem] = po_check.mistakes(entry)
    assert problem.startswith("placeholders differ")


def test_placeholders_may_change_places():
    entry = polib.POEntry(msgid="%(a)s before %(b)s", msgstr="%(b)s после %(a)s")

    assert po_check.mistakes(entry) == []


def test_an_addon_without_a_template_is_found(tmp_path):
    (tmp_path / "psynamica_a").mkdir()

    assert (
        "psynamica_a.pot is missing" in po_check.problems(tmp_path / "psynamica_a")[0]
    )


def test_a_template_exported_later_is_the_same():
    header = 'msgid ""\nmsgstr ""\n"POT-Creation-Date: 2026-01-0{} 00:00+0000\\n"\n'

    first, second = (header.format(day) + _entry("Join", "") for day in (1, 2))

    assert po_template.normalised(first) == po_template.normalised(second)


def test_a_template_with_another_text_is_not():
    assert po_template.normalised(_entry("Join", "")) != po_template.normalised(
        _entry("Leave", "")
    )


def _field(source, *names):
    where = "".join(
        f"#: model:ir.model.fields,help:psynamica_a.field_psynamica_a__{name}\n"
        for name in names
    )
    return f"#. module: psynamica_a\n{where}{_entry(source, '')}"


def test_a_template_without_the_field_of_another_module_is_the_same():
    old = _HEADER + _field("Errors", "errors") + _field("Token", "token")
    new = (
        _HEADER
        + _field("Errors", "errors", "message_has_sms_error")
        + _field("SMS Delivery error", "message_has_sms_error")
        + _field("Token", "token")
    )

    assert po_template.normalised(new) == po_template.normalised(old)

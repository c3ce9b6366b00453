# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the matrices of both addons are tried for."""

import os
from contextlib import contextmanager
from pathlib import Path

from access_matrix import AccessMatrix

from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.tests.people_case import models_of


class AccessMatrixCase:
    """Mixed into a case with `people` and `record_of`.

    `addon` is the technical name, `test_file` the file of the test (what was reviewed
    lies beside it), `secret` the model and the name of a field that is closed.
    """

    maxDiff = None
    addon = None
    test_file = None
    secret = None

    @property
    def reviewed(self):
        test = Path(self.test_file)
        return test.with_name(test.stem.removeprefix("test_") + ".txt")

    @contextmanager
    def undone(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.cr.precommit.clear()
            self.env.cr.postcommit.clear()
            self.env.invalidate_all(flush=False)

    def matrix(self):
        made = AccessMatrix(
            self.env, self.people, self.record_of, self.undone, self.addon
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            return made.text(Path(self.test_file).name)

    def assert_as_reviewed(self):
        found = self.matrix()
        if os.environ.get("PSYNAMICA_WRITE_MATRIX"):
            self.reviewed.write_text(found, encoding="utf-8")
        reviewed = self.reviewed.read_text(encoding="utf-8")
        self.assertEqual(found.splitlines(), reviewed.splitlines())

    def assert_opened_field_shows(self):
        model_name, field_name = self.secret
        field = self.env[model_name]._fields[field_name]
        before, closed = self.matrix(), field.groups
        self.addCleanup(setattr, field, "groups", closed)
        field.groups = None
        self.assertNotEqual(self.matrix(), before)

    def assert_no_model_is_left_out(self):
        text = self.matrix()
        names = models_of(self.env, self.addon)
        self.assertGreater(len(names), 5)
        for name in names:
            self.assertIn(f"[{name}]", text)

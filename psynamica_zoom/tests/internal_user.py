# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user


def internal_user(env, login, name, tz="Europe/Berlin", **values):
    """Return somebody of the practice, who has no rights beyond an employee's."""
    address = f"{login}@practice.test"
    return new_test_user(
        env,
        login=address,
        name=name,
        email=address,
        groups="base.group_user",
        tz=tz,
        **values,
    )

# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what, worked out from the running system and written as text.

Nothing here is a list of what *should* be: models, fields, methods, rules and routes
are found, and each is asked for every role.  `access_matrix.txt` is what was reviewed.
"""

import inspect

from odoo.exceptions import AccessError
from odoo.http import _generate_routing_rules
from odoo.models import MAGIC_COLUMNS

OPERATIONS = {"create": "c", "read": "r", "write": "w", "unlink": "d"}
WIDTH = 52
# Methods with required arguments, and harmless ones for them.
ARGUMENTS = {
    "add_holiday": (1, {}),
    "add_opening": (1, {}),
    "add_time_off": (1, {}),
    "copy_data": (),
    "create": ([],),
    "default_get": (["name"],),
    "free_slots": (0, 0, "2030-01-01 00:00:00", "2030-01-02 00:00:00"),
    "next_free_day": (0, 0, "2030-01-01"),
    "remove_holiday": (1, 0),
    "remove_opening": (1, 0),
    "remove_time_off": (1, 0),
    "save_hours": (1, []),
    "video_save_defaults": ({},),
    "write": ({},),
}
HEAD = """\
# Who may do what.  Generated: do not edit.  To write it anew and review the difference:
#
#     PSYNAMICA_WRITE_MATRIX=1 ./dev test odoo tests/security/{test}
#
# roles    {roles}
# model    rights on the model: c(reate), r(ead), w(rite), d(elete)
# field    added by this addon: r(eadable), w(ritable), given the rights on the model
# method   added by this addon, called on the therapist's session or on a record
#          of somebody else, as over RPC: + runs, - is refused
# rule     a filter on records, for whom: which
# route    methods, who may call it, whether a token against forgery is needed
"""


class AccessMatrix:
    """The text of everything.

    :param people: role → user, in the order of the columns
    :param record_of: gives a record of a model, for its methods
    :param undo: makes a context that takes back what a call did
    :param addon: the technical name of the addon whose models these are
    """

    def __init__(self, env, people, record_of, undo, addon):
        self._addon = addon
        self._env = env
        self._people = people
        self._record_of = record_of
        self._undo = undo

    def text(self, test):
        """Return the whole matrix.

        :param test: the name of the file whose test writes it
        """
        head = HEAD.format(roles="  ".join(self._people), test=test)
        parts = [self._model(name) for name in self._model_names()]
        return "\n".join([head, *parts, self._routes()])

    def _model_names(self):
        own = [name for name in self._env.registry if self._is_own(name)]
        touched = [
            name
            for name, model in self._env.registry.items()
            if name not in own and not model._abstract and self._field_names(name)
        ]
        called = [name for name in ("res.users", "calendar.event") if name in touched]
        rest = sorted(set(touched) - set(called))
        return [*sorted(own), *called, *rest]

    def _is_own(self, model_name):
        return self._env[model_name]._original_module == self._addon

    def _field_names(self, model_name):
        return sorted(
            name
            for name, field in self._env[model_name]._fields.items()
            if self._addon in field._modules and name not in MAGIC_COLUMNS
        )

    def _model(self, name):
        lines = [f"[{name}]"]
        if self._is_own(name):
            lines += [_line("model", "", self._rights(name)), *self._rules(name)]
        lines += [
            _line("field", field_name, self._field(name, field_name))
            for field_name in self._field_names(name)
        ]
        lines += [
            _line("method", method, self._method(name, method))
            for method in self._method_names(name)
        ]
        return "\n".join(lines) + "\n"

    def _each(self, model_name):
        return [self._env[model_name].with_user(user) for user in self._people.values()]

    def _rights(self, name):
        return [
            "".join(
                letter if model.has_access(operation) else "-"
                for operation, letter in OPERATIONS.items()
            )
            for model in self._each(name)
        ]

    def _field(self, model_name, field_name):
        field = self._env[model_name]._fields[field_name]
        return [
            "".join(
                letter
                if model.has_access(operation)
                and model._has_field_access(field, operation)
                else "-"
                for operation, letter in (("read", "r"), ("write", "w"))
            )
            for model in self._each(model_name)
        ]

    def _method_names(self, model_name):
        """Return the public methods that this addon adds or overrides."""
        found = set()
        for cls in type(self._env[model_name]).mro():
            if not cls.__module__.startswith(f"odoo.addons.{self._addon}."):
                continue
            for name, value in vars(cls).items():
                if inspect.isfunction(value) and not name.startswith("_"):
                    found.add(name)
        private = {
            name
            for name in found
            for cls in type(self._env[model_name]).mro()
            if getattr(getattr(cls, name, None), "_api_private", False)
        }
        return sorted(found - private)

    def _method(self, model_name, name):
        return [
            self._outcome(self._record_of(model_name).with_user(user), name)
            for user in self._people.values()
        ]

    def _outcome(self, records, name):
        method = getattr(type(records), name)
        if getattr(method, "_api_model", False):
            records = records.browse()
        arguments = ARGUMENTS.get(name, ())
        inspect.signature(method).bind(records, *arguments)  # else: name them above
        with self._undo():
            try:
                method(records, *arguments)
            except AccessError:
                return "-"
            except Exception:
                return "+"  # it ran until it met something else
        return "+"

    def _rules(self, model_name):
        rules = self._env["ir.rule"].search([("model_id.model", "=", model_name)])
        return sorted(
            "rule     {}: {}".format(
                ", ".join(sorted(rule.groups.mapped("full_name"))) or "everybody",
                rule.domain_force,
            )
            for rule in rules
        )

    def _routes(self):
        found = set()
        modules = sorted(self._env.registry._init_modules)
        for address, endpoint in _generate_routing_rules(modules, nodb_only=False):
            if not endpoint.func.__module__.startswith(f"odoo.addons.{self._addon}."):
                continue
            routing = endpoint.routing
            verbs = "+".join(routing.get("methods") or ["any"])
            needs_token = routing.get("csrf", True) or routing.get("asks_again")
            token = "token" if needs_token else "no token"
            found.add(
                f"route    {address:<{WIDTH}} {verbs:<5} {routing['auth']:<7} {token}"
            )
        return "\n".join(["[routes]", *sorted(found)]) + "\n"


def _line(kind, name, columns):
    cells = "  ".join(f"{column:<4}" for column in columns)
    return f"{kind:<8} {name:<{WIDTH - 20}} {cells}".rstrip()

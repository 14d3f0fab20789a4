"""`firstline config check`: what holds in the end, or everything that is wrong."""

import argparse
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from bot import settings


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    group = commands.add_parser("config", help="look at the configuration")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    check = actions.add_parser("check", help="print what holds, or everything that is wrong")
    check.set_defaults(run=_check)


def _check(arguments: argparse.Namespace) -> int:
    effective = settings.load(arguments.config, os.environ)
    print("\n".join(_toml(effective.model_dump(mode="json", exclude_none=True))))
    return 0


def _toml(tables: Mapping[str, Any]) -> Iterator[str]:
    for name, value in tables.items():
        if isinstance(value, list):
            for entry in value:
                yield from _table(f"[[{name}]]", entry)
        elif value and all(isinstance(inner, dict) for inner in value.values()):
            for key, inner in value.items():
                yield from _table(f"[{name}.{key}]", inner)
        elif value:
            yield from _table(f"[{name}]", value)


def _table(heading: str, keys: Mapping[str, Any]) -> Iterator[str]:
    yield heading
    for key, value in keys.items():
        yield f"{key} = {_value(value)}"
    yield ""


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False)

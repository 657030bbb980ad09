"""A tariff file as text, read into values that know their line. Pure.

Numbers stay text until somebody asks for them, so that no float comes between the file and a price. The reader is meant
for what people write by hand: it takes no aliases, no tags and nothing large.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from billing.rules.tariff_problems import Problem

MAX_BYTES = 500_000
MAX_DEPTH = 20
TAB = re.compile(r"^[ ]*\t")
NULL = "tag:yaml.org,2002:null"
# Written as escapes they pass YAML's own look at the text. Nothing stores them, and no page can show them.
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: text, a list or a mapping; None for nothing (null is as if it were not there)."""

    value: str | list[Cell] | dict[str, Cell] | None
    line: int


class Unreadable(ValueError):
    """The file is no YAML at all; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def read(content: bytes) -> tuple[Cell, list[Problem]]:
    """Return the file's one value, and keys that are given twice (the first holds). Raises Unreadable."""
    text = _text(content)
    problems: list[Problem] = []
    try:
        _refuse_tricks(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is None:
            raise Unreadable(Problem("empty"))
        return _cell(node, problems), problems
    except yaml.YAMLError as error:
        raise Unreadable(_syntax_problem(error)) from error
    except (OverflowError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(Problem("not_yaml", params={"error": "an escape of no character"})) from error


def _refuse_tricks(text: str) -> None:
    """Look through the file as a stream: what nests or refers to itself must not be built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(Problem("alias", line, params={"name": event.anchor}))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise Unreadable(Problem("too_deep", line))


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise Unreadable(Problem("too_large", params={"limit": MAX_BYTES // 1000}))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(Problem("not_text")) from error
    for number, line in enumerate(text.splitlines(), 1):
        if TAB.match(line):
            raise Unreadable(Problem("tab", number))
    return text


def _syntax_problem(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "?"
    return Problem("not_yaml", mark.line + 1 if mark else 0, params={"error": reason})


def _cell(node: Node, problems: list[Problem]) -> Cell:
    line = _line(node)
    if isinstance(node, SequenceNode):
        return Cell([_cell(item, problems) for item in node.value], line)
    if isinstance(node, MappingNode):
        return Cell(_mapping(node, problems), line)
    return Cell(None if node.tag == NULL else _clean(node, problems), line)


def _mapping(node: MappingNode, problems: list[Problem]) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for key_node, value_node in node.value:
        line = _line(key_node)
        key = _clean(key_node, problems) if isinstance(key_node, ScalarNode) else "?"
        if key in found:
            problems.append(Problem("duplicate_key", line, key, {"key": key, "first": found[key].line}))
            continue
        value = _cell(value_node, problems)
        # A mapping's own line is that of its first key; people look for the name it stands under.
        found[key] = Cell(value.value, line)
    return found


def _clean(node: Node, problems: list[Problem]) -> str:
    """Return a scalar's text without what is no text, and note that there was such."""
    text: str = node.value
    if found := NOT_TEXT.search(text):
        problems.append(Problem("bad_character", _line(node), params={"code": f"U+{ord(found[0]):04X}"}))
        return NOT_TEXT.sub("\ufffd", text)
    return text


def _line(node: Node) -> int:
    return node.start_mark.line + 1 if node.start_mark else 0

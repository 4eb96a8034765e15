# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read from a panel, so that a plan can be made from it without one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import (
    Any,
    Callable,
    Dict,
    Generator,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
)

from .._engine.current import Current
from .._engine.panel import Panel
from .._errors import IRedMailError

#: kind and name of an object
Key = Tuple[str, str]


@dataclass(frozen=True)
class Question:
    """Something that a panel knows.

    :ivar key: what is asked; ``ask`` asks it
    :ivar vital: there is no other way to ask
    """

    key: Tuple[Any, ...]
    ask: Callable[[Panel], Any] = field(compare=False)
    vital: bool = field(default=True, compare=False)


class Reads(NamedTuple):
    """What must be read before planning can go on; ``what`` says it to those who watch."""

    what: str
    questions: Sequence[Question]


#: planning, which stops where something must be read
Planning = Iterator[Reads]
Thing = TypeVar("Thing")


class Unread(Exception):
    """What a plan depends on was not read yet."""

    def __init__(self, questions: Iterable[Question]) -> None:
        super().__init__()
        self.questions = list(questions)


class Snapshot:
    """The answers of one panel at one time.

    :ivar username: the account in use, where it is known; ``backend_hint`` what the session tells
    :ivar api_username: whom to log in as, whether or not that was done
    :ivar rows: what lists show of objects, as far as it is understood
    :ivar gave_up: the panel cannot be asked any more, so what is unread stays so
    """

    def __init__(self, username: Optional[str] = None, backend_hint: Optional[str] = None) -> None:
        self.username, self.backend_hint = username, backend_hint
        self.api_username = username
        self.rows: Dict[Key, Current] = {}
        self.gave_up = False
        self._answers: Dict[Question, Any] = {}

    def put(self, question: Question, answer: Any) -> None:
        """Note an answer; an error is one too."""
        self._answers[question] = answer

    def knows(self, question: Question) -> bool:
        """Whether it was asked."""
        return question in self._answers

    def answer(self, question: Question) -> Any:
        """What the panel said.

        :raises Unread: it was not asked
        :raises IRedMailError: it said so
        """
        if question not in self._answers:
            raise Unread([question])
        found = self._answers[question]
        if isinstance(found, Exception):
            raise found
        return found

    def peek(self, question: Question) -> Any:
        """What the panel said, as a value also where it is an error."""
        return self._answers.get(question)


def ask(panel: Panel, question: Question) -> Any:
    """The answer to a question; that it could not be had is one too."""
    try:
        return question.ask(panel)
    except Exception as error:  # pylint: disable=broad-except  # a bug of ours concerns the object that asks
        return error


def unread(questions: Iterable[Question], snapshot: Snapshot) -> List[Question]:
    """Those that were not asked yet, once each."""
    return [question for question in dict.fromkeys(questions) if not snapshot.knows(question)]


def settle(
    snapshot: Snapshot, what: str, looks: Sequence[Tuple[Thing, Callable[[], object]]]
) -> Generator[Reads, None, List[Thing]]:
    """Read what looks at things need; what they find or raise then is had by looking again.

    :returns: the things that could not be looked at, since the panel gave up
    """
    waiting = list(looks)
    while waiting:
        questions: List[Question] = []
        blind: List[Tuple[Thing, Callable[[], object]]] = []
        for thing, look in waiting:
            try:
                look()
            except Unread as missing:
                questions += missing.questions
                blind.append((thing, look))
            except IRedMailError:
                continue
        waiting = blind
        if snapshot.gave_up:
            break
        if waiting:
            yield Reads(what, questions)
    return [thing for thing, _look in waiting]

"""What a template may be made of: sentences, facts, conditions, and the shared phrases; judged before it is ever run.

The syntax tree is walked with a list of what is allowed, so that whatever the template language learns is refused until
somebody allows it. The sandbox in which letters are filled stays as the second line of defence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, TypeGuard

from jinja2 import nodes

from workers.rendering.errors import TemplateProblem
from workers.rendering.template_facts import ROOTS, UNKNOWN, elements_of, members_of

#: Deepest loop within loops.
LOOP_DEPTH: Final = 2
#: How often a loop is taken to run where the work of a template is estimated, and the most work allowed.
LOOP_RUNS, MOST_WORK = 60, 200_000
FILTERS: Final = frozenset({"capitalize", "first", "join", "last", "length", "lower", "trim"})
TESTS: Final = frozenset({"none"})
_PLAIN: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.If, nodes.CondExpr, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair,
)  # fmt: skip
_NO_IMPORT: Final = (
    "une lettre n’importe rien ; les phrases sont déjà là, sous le nom p",
    "a letter imports nothing; the phrases are already there as p",
)
_NO_SUM: Final = (
    "une lettre ne calcule rien ; écrivez le fait qui le dit",
    "a letter computes nothing; print the fact that says it",
)
_REFUSED: Final[dict[type[nodes.Node], tuple[str, str]]] = {
    nodes.Include: (
        "une lettre n’inclut aucun fichier ; écrivez la phrase, ou prenez-en une de _phrases.md.j2",
        "a letter includes no file; write the sentence, or use a phrase of _phrases.md.j2",
    ),
    nodes.Import: _NO_IMPORT,
    nodes.FromImport: _NO_IMPORT,
    nodes.Extends: (
        "une lettre n’étend aucun fichier ; sa mise en page est dans _layouts",
        "a letter extends no other file; its layout is in _layouts",
    ),
    nodes.Mul: _NO_SUM,
    nodes.Pow: _NO_SUM,
    nodes.Add: _NO_SUM,
    nodes.Concat: (
        "une lettre ne colle pas de textes ; mettez-les côte à côte",
        "a letter glues no texts; set them side by side",
    ),
}


@dataclass(frozen=True)
class Macro:
    """A shared phrase: which others it calls, and the work it is by itself."""

    calls: tuple[tuple[str, int], ...]
    work: int
    line: int


@dataclass
class Reader:
    """Walks one template; what is at fault gathers in `problems`.

    Attributes:
        path: of the file, as errors call it.
        offset: added to the line numbers of the tree.
        phrases: macros that `p.` leads to; None within the phrases themselves.
        own: macros of this template.
    """

    path: str
    offset: int
    phrases: Mapping[str, Macro] | None
    own: dict[str, Macro] = field(default_factory=dict)
    problems: list[TemplateProblem] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    work: int = 0

    def read(self, tree: nodes.Template) -> None:
        """Judge the whole tree."""
        for macro in tree.find_all(nodes.Macro):
            self.own[macro.name] = Macro((), 0, macro.lineno)
        names: dict[str, Any] = {}
        for child in tree.body:
            self._visit(child, names, 0)

    def _refuse(self, node: nodes.Node, fr: str, en: str) -> None:
        self.problems.append(TemplateProblem(self.path, node.lineno + self.offset, en, fr))

    def _visit(self, node: nodes.Node, names: dict[str, Any], depth: int) -> None:
        self.work += LOOP_RUNS**depth
        special = _SPECIAL.get(type(node))
        if special is not None:
            special(self, node, names, depth)
        elif isinstance(node, _PLAIN):
            for child in node.iter_child_nodes():
                self._visit(child, names, depth)
        else:
            kind = type(node).__name__
            fr = f"{kind} n’est pas permis dans une lettre ; écrivez-le avec {{% if %}}"
            self._refuse(node, *_REFUSED.get(type(node), (fr, f"{kind} is not allowed in a letter; use {{% if %}}")))

    def _for(self, node: nodes.For, names: dict[str, Any], depth: int) -> None:
        element = elements_of(self._type_of(node.iter, names))
        if node.recursive or element is None or not isinstance(node.target, nodes.Name):
            fr = "une boucle parcourt une liste des faits, comme f.invoices, et rien d’autre"
            self._refuse(node, fr, "a loop runs over a list of the facts, such as f.invoices, and nothing else")
            return
        if depth >= LOOP_DEPTH:
            fr = f"boucles imbriquées à plus de {LOOP_DEPTH} ; prenez le tableau [[invoices]]"
            self._refuse(node, fr, f"loops are nested deeper than {LOOP_DEPTH}; write a table with [[invoices]]")
            return
        inner = {**names, node.target.name: element, "loop": UNKNOWN}
        for child in [*node.body, *node.else_, *([node.test] if node.test else [])]:
            self._visit(child, inner, depth + 1)

    def _assign(self, node: nodes.Assign, names: dict[str, Any], depth: int) -> None:
        if isinstance(node.target, nodes.Name):
            self._visit(node.node, names, depth)
            names[node.target.name] = UNKNOWN
        else:
            self._refuse(node, "donnez un seul nom simple à set", "set one plain name")

    def _macro(self, node: nodes.Macro, names: dict[str, Any], depth: int) -> None:
        before, self.calls, work, self.work = self.calls, [], self.work, 0
        inner = {**names, **{argument.name: UNKNOWN for argument in node.args}}
        for child in [*node.defaults, *node.body]:
            self._visit(child, inner, depth)
        self.own[node.name] = Macro(tuple(self.calls), self.work, node.lineno)
        self.calls, self.work = before, work

    def _call(self, node: nodes.Call, names: dict[str, Any], depth: int) -> None:
        for child in [*node.args, *(each.value for each in node.kwargs)]:
            self._visit(child, names, depth)
        known = self.own if self.phrases is None else self.phrases
        called = _called(node.node, names, has_p=self.phrases is not None)
        if _is_choice(node.node):
            self._visit(node.node.node, names, depth)
        elif called is None or node.dyn_args or node.dyn_kwargs:
            fr = "on n’appelle que les phrases communes, comme p.greeting()"
            self._refuse(node, fr, "only the shared phrases are called, such as p.greeting()")
        elif called not in known and called not in self.own:
            near = _near(called, known)
            self._refuse(node, f"aucune phrase « {called} »{near[0]}", f"no phrase is called {called!r}{near[1]}")
        else:
            self.calls.append((called, LOOP_RUNS**depth))

    def _item(self, node: nodes.Getitem, names: dict[str, Any], depth: int) -> None:
        """Some characters of a text, or what a written-out table says of a value."""
        if isinstance(node.node, nodes.Dict):
            self._visit(node.arg, names, depth)
        elif not _is_position(node.arg):
            fr = "une lettre ne prend rien par sa clé ; écrivez le fait par son nom"
            self._refuse(node, fr, "a letter takes no item by its key; print the fact by its name")
        self._visit(node.node, names, depth)

    def _filter(self, node: nodes.Filter, names: dict[str, Any], depth: int) -> None:
        if node.name not in FILTERS:
            allowed = ", ".join(sorted(FILTERS))
            fr = f"le filtre « {node.name} » n’est pas permis ; seulement {allowed}"
            self._refuse(node, fr, f"the filter {node.name!r} is not allowed; only {allowed}")
        for child in node.iter_child_nodes():
            self._visit(child, names, depth)

    def _test(self, node: nodes.Test, names: dict[str, Any], depth: int) -> None:
        if node.name not in TESTS:
            fr = f"le test « {node.name} » n’est pas permis ; demandez avec {{% if f.… %}}"
            self._refuse(node, fr, f"the test {node.name!r} is not allowed; ask with {{% if f.… %}}")
        for child in node.iter_child_nodes():
            self._visit(child, names, depth)

    def _fact(self, node: nodes.Name | nodes.Getattr, names: dict[str, Any], _depth: int) -> None:
        self._type_of(node, names)

    def _type_of(self, node: nodes.Node, names: dict[str, Any]) -> Any:  # noqa: ANN401 - a type, as annotations have it
        """The type of a name or of a chain of attributes; what is unknown is refused once."""
        if isinstance(node, nodes.Name):
            if node.name not in names and node.name not in ROOTS:
                near, known = _near(node.name, [*names, *ROOTS]), ", ".join(ROOTS)
                fr = f"« {node.name} » n’existe pas{near[0]} ; les faits sont {known}"
                self._refuse(node, fr, f"{node.name!r} is undefined{near[1]}; the facts are {known}")
            return names.get(node.name, ROOTS.get(node.name, UNKNOWN))
        if not isinstance(node, nodes.Getattr):
            self._visit(node, names, 0)
            return UNKNOWN
        owner = self._type_of(node.node, names)
        if node.attr.startswith("_"):
            fr = f"« {node.attr} » est interdit : rien de ce qui commence par _ ne se lit"
            self._refuse(node, fr, f"{node.attr!r} is unsafe: nothing that begins with _ is read")
            return UNKNOWN
        members = members_of(owner)
        if owner is not UNKNOWN and node.attr not in members:
            near, spelt = _near(node.attr, members), _spelt(node.node)
            self._refuse(
                node, f"{spelt} n’a pas « {node.attr} »{near[0]}", f"{spelt} has no attribute {node.attr!r}{near[1]}"
            )
        return members.get(node.attr, UNKNOWN)


_SPECIAL: Final[dict[type[nodes.Node], Callable[[Reader, Any, dict[str, Any], int], None]]] = {
    nodes.For: Reader._for,  # noqa: SLF001 - the table of its own methods
    nodes.Assign: Reader._assign,  # noqa: SLF001
    nodes.Macro: Reader._macro,  # noqa: SLF001
    nodes.Call: Reader._call,  # noqa: SLF001
    nodes.Getitem: Reader._item,  # noqa: SLF001
    nodes.Filter: Reader._filter,  # noqa: SLF001
    nodes.Test: Reader._test,  # noqa: SLF001
    nodes.Name: Reader._fact,  # noqa: SLF001
    nodes.Getattr: Reader._fact,  # noqa: SLF001
}


def read_phrases(path: str, tree: nodes.Template) -> tuple[dict[str, Macro], list[TemplateProblem]]:
    """Judge the shared phrases; the macros by name, and what is at fault."""
    reader = Reader(path, 0, None)
    reader.read(tree)
    problems = [*reader.problems, *_circles(reader)]
    return reader.own, problems


def read_section(path: str, tree: nodes.Template, offset: int, phrases: Mapping[str, Macro]) -> list[TemplateProblem]:
    """Judge one section of a letter; `offset` is added to the lines of the tree."""
    reader = Reader(path, offset, phrases)
    reader.read(tree)
    if problems := [*reader.problems, *_circles(reader)]:
        return problems
    known, memory = {**phrases, **reader.own}, dict[str, int]()
    work = reader.work + sum(runs * _work_of(name, known, memory) for name, runs in reader.calls)
    if work > MOST_WORK:
        fr = f"c’est trop de travail ({work} > {MOST_WORK}) ; moins de boucles, moins de phrases de phrases"
        en = f"this is too much work ({work} > {MOST_WORK}); write fewer loops and phrases of phrases"
        return [TemplateProblem(path, offset + 1, en, fr)]
    return []


def _called(node: nodes.Expr, names: Mapping[str, Any], *, has_p: bool) -> str | None:
    """The macro that is called: `p.name` from a letter, `name` among the phrases."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "p":
        return node.attr if has_p and "p" not in names else None
    return node.name if isinstance(node, nodes.Name) and node.name not in names else None


def _is_choice(node: nodes.Expr) -> TypeGuard[nodes.Getattr]:
    """`{"a": "…", "b": "…"}.get`: a word chosen by a value."""
    return isinstance(node, nodes.Getattr) and node.attr == "get" and isinstance(node.node, nodes.Dict)


def _is_position(node: nodes.Node) -> bool:
    """`0` or `:2`: places of a text."""
    if isinstance(node, nodes.Slice):
        return all(each is None or _is_position(each) for each in (node.start, node.stop, node.step))
    return isinstance(node, nodes.Const) and isinstance(node.value, int)


def _circles(reader: Reader) -> Iterator[TemplateProblem]:
    macros = reader.own
    for name, macro in macros.items():
        reached, waiting = set[str](), [called for called, _runs in macro.calls]
        while waiting:
            called = waiting.pop()
            if called not in reached and called in macros:
                reached.add(called)
                waiting += [other for other, _runs in macros[called].calls]
        if name in reached:
            fr = f"la phrase « {name} » s’appelle elle-même ; elle ne finirait jamais"
            line = macro.line + reader.offset
            yield TemplateProblem(reader.path, line, f"the phrase {name!r} calls itself; it would never end", fr)


def _work_of(name: str, macros: Mapping[str, Macro], memory: dict[str, int]) -> int:
    """Work of a phrase with all that it calls; phrases in a circle were refused before."""
    if name not in memory:
        memory[name] = 0
        macro = macros.get(name, Macro((), 0, 0))
        inner = sum(runs * _work_of(called, macros, memory) for called, runs in macro.calls)
        memory[name] = min(macro.work + inner, MOST_WORK + 1)
    return memory[name]


def _near(name: str, known: Iterable[str]) -> tuple[str, str]:
    """The name that may have been meant, in French and in English; empty where none is near."""
    found = get_close_matches(name, list(known), 1)
    return (f" ; vouliez-vous écrire {found[0]} ?", f"; did you mean {found[0]}?") if found else ("", "")


def _spelt(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_spelt(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "this"

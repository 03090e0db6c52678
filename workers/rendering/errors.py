"""A template that cannot be used, or not with these facts."""


class TemplateProblem(Exception):
    """A template that is broken or asks for something the facts do not have. Nothing was sent.

    Attributes:
        template: path below `templates/letters`, such as `fr/first_reminder.md.j2`.
        line: line in that file, 0 where it is the file as a whole.
        detail: what is wrong and how to mend it.
        french: the same in French; in English where nobody wrote it, such as for a syntax error.
    """

    def __init__(self, template: str, line: int, detail: str, french: str = "") -> None:
        super().__init__(template, line, detail, french)
        self.template, self.line, self.detail, self.french = template, line, detail, french or detail

    def __str__(self) -> str:
        where = f"{self.template}:{self.line}" if self.line else self.template
        return f"{where}: {self.detail}"

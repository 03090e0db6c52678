"""Errors of the core: few, named for the fact, arguments kept, text built late."""


class WorkflowError(Exception):
    """Something the caller must mend; what does not fit a case is a `Decision`, not an error."""


class ScenarioError(WorkflowError):
    """A scenario file that must not be used, with every finding at once."""

    def __init__(self, source: str, findings: tuple[str, ...]) -> None:
        super().__init__(source, findings)
        self.source, self.findings = source, findings

    def __str__(self) -> str:
        return f"{self.source}: " + "; ".join(self.findings)


class UnknownStep(WorkflowError):
    """A case points to a step that its scenario does not have."""

    def __init__(self, scenario: str, step: int) -> None:
        super().__init__(scenario, step)
        self.scenario, self.step = scenario, step

    def __str__(self) -> str:
        return f"scenario {self.scenario!r} has no step {self.step}"


class BadEvent(WorkflowError):
    """An event that cannot be read: each finding names the field, the value and the fix."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__(findings)
        self.findings = findings

    def __str__(self) -> str:
        return "; ".join(self.findings)

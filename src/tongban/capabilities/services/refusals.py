"""Why a citizen's wish is not carried out."""

from tongban.capabilities.services.record import Problem
from tongban.kernel.terms import Refused, UserError


class UnknownService(UserError):
    """A code that no matter open to citizens bears."""

    code = "not-found.service"


class NotForYou(Refused):
    """The matter is for another kind of applicant."""

    code = "services.not-for-you"


class Crossed(Refused):
    """Two devices write one draft; ``device`` is the kind of the one that was first."""

    code = "draft.crossed"

    def __init__(self, device: str) -> None:
        super().__init__(
            "this application was changed on another device meanwhile",
            why="neither may undo what was typed on the other unseen",
            mend="compare both and keep the one that is meant",
            device=device,
        )
        self.device = device


class Incomplete(UserError):
    """The application cannot be sent yet; ``problems`` says what is missing where."""

    code = "services.incomplete"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            f"the application is not complete: {len(problems)} problems",
            where=", ".join(problem.where for problem in problems),
            mend="mend each of them and send it again",
            count=len(problems),
        )
        self.problems = problems

"""What holds for every test: property tests draw the same examples in every run, unhurried; Ctrl+C
means what it means in a terminal, also where a script started this in its background; and how two
processes share the suite (-n 2 --dist loadfile): what needs no page of the site is run by one of
them, then both take one file after the other."""

import signal
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadFileScheduling

hypothesis.settings.register_profile("project", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("project")


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what tests start inherits it


class Sharing(LoadFileScheduling):
    """Hands out the engine's and the compiler's tests as one piece, which is the largest and comes
    first: an event loop of Playwright's would be running in a process that had a page open, and
    asyncio.run() fails in one."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if path.startswith("tests/site/") else "tests"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing | None:
    return Sharing(config, log) if config.getoption("dist") == "loadfile" else None

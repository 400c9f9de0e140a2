"""What holds for every test: property tests draw the same examples in every run, unhurried; and
two processes can share the suite (-n 2 --dist loadgroup), the browser's tests in one, the rest in
the other."""

import hypothesis
import pytest

hypothesis.settings.register_profile("project", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("project")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("browser" if "browser" in fixtures else "rest"))

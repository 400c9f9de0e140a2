"""What holds for every test: property tests draw the same examples in every run, unhurried."""

import hypothesis

hypothesis.settings.register_profile("project", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("project")

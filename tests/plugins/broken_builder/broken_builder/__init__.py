"""Cannot be imported: what it needs is nowhere."""

import a_module_that_nobody_wrote  # noqa: F401

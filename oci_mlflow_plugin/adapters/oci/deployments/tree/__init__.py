"""A deployment as the core knows it, and as the Data Science service writes it; imports no SDK.

The service's side is plain JSON types with the service's own names, which the SDK sends as they are; a setting that
the installed SDK does not know passes all the same.
"""

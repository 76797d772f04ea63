"""Model deployments: what they may be, how they change, and when."""

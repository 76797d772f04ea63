"""The Data Science control plane: models, model groups, deployments, projects and work requests."""

"""Where deployments are asked: ``/<deployment OCID>/predict`` and its kin."""

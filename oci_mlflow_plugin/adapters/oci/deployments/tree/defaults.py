"""What is asked for where the deployment file is silent: the values that ADS documents for its own deployments.

Source: ADS ModelDeploymentInfrastructure.
"""

from __future__ import annotations

SHAPE = "VM.Standard.E4.Flex"
#: Of a shape whose name ends so, the size has to be given.
FLEXIBLE = "Flex"
OCPUS = 1
MEMORY_IN_GBS = 16
REPLICA = 1
BANDWIDTH_MBPS = 10
MINIMUM_INSTANCES = 1
MAXIMUM_INSTANCES = 3
SCALE_IN_THRESHOLD = 30
SCALE_OUT_THRESHOLD = 70

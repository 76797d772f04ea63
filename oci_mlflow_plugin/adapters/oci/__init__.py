"""Packs, models and deployments in Oracle Cloud; the ``oci`` SDK is imported below this package alone."""

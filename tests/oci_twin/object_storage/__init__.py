"""Object Storage: namespace, buckets, objects, multipart uploads."""

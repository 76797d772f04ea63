"""Models from MLflow: its registry, its runs, and every place that it can download from."""

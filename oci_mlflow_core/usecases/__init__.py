"""What the plugin can do, one use case a module; each takes the ports and a request and returns values of the model."""

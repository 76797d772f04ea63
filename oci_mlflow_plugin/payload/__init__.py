"""What is sent to a deployment and what comes back: the client side of the wire format."""

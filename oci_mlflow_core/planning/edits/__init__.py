"""How a live deployment is changed where the service takes one group of settings at a time."""

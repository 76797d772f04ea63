"""Environment builders: from an environment request to a relocatable pack."""

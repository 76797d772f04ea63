"""What every other module of this adapter stands on: who calls, where to, and how calls fail and are repeated."""

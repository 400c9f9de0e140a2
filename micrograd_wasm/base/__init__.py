"""What everything else stands on: checks of arguments, and objects without an idea of networks."""

"""Questions to a trained model or a graph, answered with plain numbers."""

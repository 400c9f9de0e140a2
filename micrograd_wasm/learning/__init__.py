"""What one learns from and with: data sets, losses, optimizers, learning rates, batches."""

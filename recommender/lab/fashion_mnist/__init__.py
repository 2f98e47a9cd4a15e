"""A convolutional and a recurrent network side by side on Fashion-MNIST (Xiao et al. 2017)."""

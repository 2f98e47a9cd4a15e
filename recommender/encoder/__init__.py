"""Pictures to vectors: ResNet50 by Keras, served by OpenVINO."""

"""The admin's frame, and its pages that are not one app's."""

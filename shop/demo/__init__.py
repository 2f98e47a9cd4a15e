"""The illustrated demo catalogue: every product in it is drawn here, nothing is copied in."""

"""How the bundled stance model is made (see ../README.md). Needs torch; never imported by the product."""

"""The panel "Annotation differences": one image's two label sets, side by side."""

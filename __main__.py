"""``python -m sama_coco``: the command `labelsets`."""

from sama_coco.app.command_line import cli

if __name__ == "__main__":
    cli(prog_name="labelsets")

"""What the App opens a comparison with: a workspace, saved views and colours."""

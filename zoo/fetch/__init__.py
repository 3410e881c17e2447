"""Bytes: hosts and mirrors, downloads, archives, images."""

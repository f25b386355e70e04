"""Stubs of services that no emulator supports, a module per service."""

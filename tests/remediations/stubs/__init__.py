"""Stand-ins for services that no emulator has, a module per service."""

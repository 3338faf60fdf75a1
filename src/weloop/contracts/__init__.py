"""What crosses packages: frozen values, enums, Protocols and the error tree; no database, HTTP or web library."""

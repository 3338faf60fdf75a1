"""What crosses packages: frozen values, enums, Protocols and the error tree. Imports no database, HTTP or web library."""

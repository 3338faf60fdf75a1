"""Which person? Persons are a function of the set of identity facts; a merge is never final."""

"""Sources (渠道): contact ways with a state code, their welcome message and what came through them."""

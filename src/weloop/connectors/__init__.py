"""One folder per platform: what comes in, what goes out, what is synchronised, how an account is set up."""

"""What operators do day to day; features are independent of one another."""

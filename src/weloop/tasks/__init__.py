"""Staff tasks (任务): what a member must do, by when, and what came of it."""

"""Articles (文章) as operators see them: who read them officially, and who came by the codes at their feet."""

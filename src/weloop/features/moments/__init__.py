"""Posts in customers' Moments (客户朋友圈): planned here, judged when they leave, published by each member, counted."""

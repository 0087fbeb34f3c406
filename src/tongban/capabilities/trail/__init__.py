"""Who used my data (数据足迹), and proofs that anyone can check."""

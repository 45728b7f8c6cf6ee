"""CodeRouterBench, replayed: every router of the paper's table beside this one."""

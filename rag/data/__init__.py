"""What was fitted: read by the modules beside, written by the scripts in `benchmarks/`."""

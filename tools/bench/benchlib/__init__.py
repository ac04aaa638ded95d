"""The parts of tools/bench/run; start at cli.py, then measures.py and proxies.py."""

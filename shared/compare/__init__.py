"""Compares servers of one model under the same load: latencies, throughput, costs, and whether they agree.

It knows the HTTP API only, and neither service nor store; whoever calls it says how targets are started.
"""

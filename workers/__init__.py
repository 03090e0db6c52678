"""Doing it: the servers, queues, channels and commands around the decisions of `workflows`."""

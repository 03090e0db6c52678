"""What people agree, contest, promise and hear about one invoice: one function an act, for every face of the program.

Each function takes plain arguments, checks the limits, publishes the events in one transaction and returns what
followed from them. The command line, the console and the portal call nothing else, so that all of them do the same.
"""

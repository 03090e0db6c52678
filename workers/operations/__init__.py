"""What people do to a running system: small functions that the command line and the console share.

Each one that changes what a debtor receives asks for a reason, notes who did it and why in the table `operations`,
takes the same locks as the engine, tells the case, and may be repeated.
"""

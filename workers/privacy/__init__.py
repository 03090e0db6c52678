"""What belongs to people: how long it is kept, what becomes of it, and what is answered to who asks for it."""

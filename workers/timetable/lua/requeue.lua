-- ARGV: queue, worker, ids… A worker that stops gives back what it has not begun.
local ids = {}
for position = 3, #ARGV do ids[#ids + 1] = ARGV[position] end
return put_back(ARGV[1], running_of(ARGV[2], ARGV[1]), ids)

-- ARGV: queue, keys… Returns how many were still pending.
local queue, cancelled = ARGV[1], 0
for position = 2, #ARGV do
    redis.call('hdel', held_of(queue), ARGV[position])
    cancelled = cancelled + redis.call('zrem', due_of(queue), ARGV[position])
end
return cancelled

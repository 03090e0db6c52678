-- ARGV: queue, clock override, 'in' or 'at', then for each message: ms, key, id, message.
-- The key is written or overwritten. What is due already goes to the ordinary queue at once.
-- Returns the moment when each is due.
local queue, now = ARGV[1], clock_ms(ARGV[2])
local offset = ARGV[3] == 'in' and now or 0
local due_key, held_key = due_of(queue), held_of(queue)
local head = redis.call('zrange', due_key, 0, 0, 'WITHSCORES')[2]
local earliest = head and tonumber(head) or math.huge
local dues, delivered, sooner = {}, false, false

for position = 4, #ARGV, 4 do
    local due, key, id, message = tonumber(ARGV[position]) + offset, ARGV[position + 1], ARGV[position + 2], ARGV[position + 3]
    dues[#dues + 1] = due
    if due <= now then
        redis.call('zrem', due_key, key)
        redis.call('hdel', held_key, key)
        deliver(queue, id, message)
        delivered = true
    else
        redis.call('zadd', due_key, due, key)
        redis.call('hset', held_key, key, id .. message)
        sooner = sooner or due < earliest
    end
end

redis.call('sadd', QUEUES, queue)
if delivered then ring(queue) end
if sooner then ring(queue .. '.DQ') end
return dues

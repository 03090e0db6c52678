-- ARGV: queues… Returns for each: ready, ready and running, delayed, dead, when the next is due (-1: never).
local rows = {}
for _, queue in ipairs(ARGV) do
    local head = redis.call('zrange', due_of(queue), 0, 0, 'WITHSCORES')[2]
    rows[#rows + 1] = {
        redis.call('llen', ready_of(queue)), redis.call('hlen', messages_of(queue)),
        redis.call('zcard', due_of(queue)), redis.call('zcard', dead_of(queue)),
        head and tonumber(head) or -1,
        redis.call('sismember', PAUSED, queue),
    }
end
return rows

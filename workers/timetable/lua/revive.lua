-- ARGV: queue, ids… of dead messages, which become ready again. Returns how many there were.
local queue, revived = ARGV[1], 0
for position = 2, #ARGV do
    local id = ARGV[position]
    local message = redis.call('hget', dead_messages_of(queue), id)
    redis.call('zrem', dead_of(queue), id)
    if message then
        deliver(queue, id, message)
        redis.call('hdel', dead_messages_of(queue), id)
        revived = revived + 1
    end
end
if revived > 0 then ring(queue) end
return revived

-- ARGV: queue, 'ready' or 'dead', ids… of messages to forget. Returns how many there were.
local queue, state, discarded = ARGV[1], ARGV[2], 0
for position = 3, #ARGV do
    local id = ARGV[position]
    if state == 'dead' then
        redis.call('hdel', dead_messages_of(queue), id)
        discarded = discarded + redis.call('zrem', dead_of(queue), id)
    elseif redis.call('lrem', ready_of(queue), 1, id) == 1 then
        redis.call('hdel', messages_of(queue), id)
        discarded = discarded + 1
    end
end
return discarded

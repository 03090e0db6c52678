-- ARGV: queue, worker, id. The message is dead.
local queue, id = ARGV[1], ARGV[3]
if redis.call('srem', running_of(ARGV[2], queue), id) == 1 then
    local message = redis.call('hget', messages_of(queue), id)
    if message then
        redis.call('zadd', dead_of(queue), server_ms(), id)
        redis.call('hset', dead_messages_of(queue), id, message)
        redis.call('hdel', messages_of(queue), id)
    end
end

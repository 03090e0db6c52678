-- ARGV: queue, worker, clock override, silence, ttl of the dead, '1' to do the upkeep.
-- Moves what is due, at most a batch, to the ordinary queue; it is also the worker's heartbeat.
-- Returns: how many were moved, ms until the next is due (-1: none is pending), how many were recovered.
local queue, worker, silence = ARGV[1], ARGV[2], tonumber(ARGV[4])
local wall = server_ms()
beat(worker, wall, silence)

local recovered = 0
if ARGV[6] == '1' then
    redis.call('sadd', QUEUES, queue)
    recovered = recover(worker, wall, silence)
    bury(queue, wall, tonumber(ARGV[5]))
end

local now = ARGV[3] == '' and wall or tonumber(ARGV[3])
local due_key, held_key = due_of(queue), held_of(queue)
local keys = redis.call('zrangebyscore', due_key, '-inf', now, 'LIMIT', 0, BATCH)
for _, key in ipairs(keys) do
    local held = redis.call('hget', held_key, key)
    if held then deliver(queue, string.sub(held, 1, ID_LENGTH), string.sub(held, ID_LENGTH + 1)) end
end
if #keys > 0 then
    redis.call('zrem', due_key, unpack(keys))
    redis.call('hdel', held_key, unpack(keys))
    ring(queue)
end

local head = redis.call('zrange', due_key, 0, 0, 'WITHSCORES')[2]
return {#keys, head and math.max(tonumber(head) - now, 0) or -1, recovered}

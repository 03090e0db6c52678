-- ARGV: queue, 'ready' | 'running' | 'dead', how many to skip, how many to return.
-- Returns id, when (ms: it died; '' otherwise), worker ('' unless running), message, and so on.
local queue, state, first, count = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local rows = {}

local function add(from, id, at, worker)
    local message = redis.call('hget', from, id)
    if message then
        for _, each in ipairs({id, at, worker, message}) do rows[#rows + 1] = each end
    end
end

if state == 'ready' then
    for _, id in ipairs(redis.call('lrange', ready_of(queue), first, first + count - 1)) do
        add(messages_of(queue), id, '', '')
    end
elseif state == 'dead' then
    local dead = redis.call('zrange', dead_of(queue), first, first + count - 1, 'WITHSCORES')
    for position = 1, #dead, 2 do add(dead_messages_of(queue), dead[position], dead[position + 1], '') end
else
    local position = 0
    for _, worker in ipairs(redis.call('zrange', HEARTBEATS, 0, -1)) do
        local ids = redis.call('smembers', running_of(worker, queue))
        table.sort(ids)
        for _, id in ipairs(ids) do
            if position >= first and position < first + count then add(messages_of(queue), id, '', worker) end
            position = position + 1
        end
    end
end
return rows

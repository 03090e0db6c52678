-- Read before every other script of this folder: where things lie, and what several scripts do.
-- KEYS[1] is the namespace. Every key is made from it and from queue names, never from a message:
-- the number of keys does not grow with the number of messages.
--
--   NS:Q                    list    ids of the messages that are ready
--   NS:Q.msgs               hash    id -> message, of those ready and those running
--   NS:Q.XQ                 zset    ids of the dead messages, by the time of their death
--   NS:Q.XQ.msgs            hash    id -> message, of the dead
--   NS:__acks__.W.Q         set     ids that worker W has fetched and not yet acknowledged
--   NS:__heartbeats__       zset    workers, by the time of their last poll
--     (all of the above are laid out as in the stock broker)
--   NS:Q.DQ.due             zset    keys of the delayed messages, by the time when they are due
--   NS:Q.DQ.held            hash    key -> id (36 bytes) .. message, exactly as it will be delivered
--   NS:__bell__.Q[.DQ]      list    at most one element: wakes one consumer that sleeps on it
--   NS:__in_touch__         zset    workers, by the time since when they have polled without a gap
--   NS:__queues__           set     names of the queues that were ever consumed or scheduled on
--   NS:__paused__           set     names of the queues from which nothing is fetched
--
-- All times are milliseconds since the epoch, read from the server's clock.

local namespace = KEYS[1]
local BATCH = 500
local ID_LENGTH = 36

local function ready_of(queue) return namespace .. ':' .. queue end
local function messages_of(queue) return namespace .. ':' .. queue .. '.msgs' end
local function dead_of(queue) return namespace .. ':' .. queue .. '.XQ' end
local function dead_messages_of(queue) return namespace .. ':' .. queue .. '.XQ.msgs' end
local function due_of(queue) return namespace .. ':' .. queue .. '.DQ.due' end
local function held_of(queue) return namespace .. ':' .. queue .. '.DQ.held' end
local function running_of(worker, queue) return namespace .. ':__acks__.' .. worker .. '.' .. queue end
local function bell_of(name) return namespace .. ':__bell__.' .. name end

local HEARTBEATS = namespace .. ':__heartbeats__'
local IN_TOUCH = namespace .. ':__in_touch__'
local QUEUES = namespace .. ':__queues__'
local PAUSED = namespace .. ':__paused__'

local function server_ms()
    local time = redis.call('time')
    return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- The caller's clock if it has one, else the server's.
local function clock_ms(override)
    if override == '' then return server_ms() end
    return tonumber(override)
end

local function ring(name)
    local bell = bell_of(name)
    if redis.call('llen', bell) == 0 then redis.call('rpush', bell, '1') end
end

-- Puts a message on its ordinary queue. A second time with the same id changes nothing.
local function deliver(queue, id, message)
    if redis.call('hsetnx', messages_of(queue), id, message) == 1 then
        redis.call('rpush', ready_of(queue), id)
    end
end

-- Puts back what was fetched and not finished. Ids whose message is gone are forgotten.
local function put_back(queue, running, ids)
    local returned = 0
    for _, id in ipairs(ids) do
        if redis.call('srem', running, id) == 1 and redis.call('hexists', messages_of(queue), id) == 1 then
            redis.call('rpush', ready_of(queue), id)
            returned = returned + 1
        end
    end
    if returned > 0 then ring(queue) end
    return returned
end

-- Notes that a worker is alive. A worker that was silent for a third of `silence` has lost touch: it may
-- not judge others until it has been in touch for `silence` again. So nobody is declared dead because
-- the server, the network or this very machine was asleep.
local function beat(worker, now, silence)
    local last = redis.call('zscore', HEARTBEATS, worker)
    if not last or now - tonumber(last) > silence / 3 then redis.call('zadd', IN_TOUCH, now, worker) end
    redis.call('zadd', HEARTBEATS, now, worker)
end

-- Returns the work of the workers that have been silent for `silence` ms, of every queue.
local function recover(judge, now, silence)
    local since = redis.call('zscore', IN_TOUCH, judge)
    if now - (tonumber(since or now)) < silence then return 0 end
    local returned = 0
    local silent = redis.call('zrangebyscore', HEARTBEATS, '-inf', now - silence, 'LIMIT', 0, 20)
    for _, worker in ipairs(silent) do
        if worker ~= judge then
            for _, queue in ipairs(redis.call('smembers', QUEUES)) do
                -- A stock worker also fetched delayed messages: `.DQ`.
                for _, name in ipairs({queue, queue .. '.DQ'}) do
                    local running = running_of(worker, name)
                    returned = returned + put_back(name, running, redis.call('smembers', running))
                end
            end
            redis.call('zrem', HEARTBEATS, worker)
            redis.call('zrem', IN_TOUCH, worker)
        end
    end
    return returned
end

-- Forgets the dead messages that are older than `ttl` ms.
local function bury(queue, now, ttl)
    local ids = redis.call('zrangebyscore', dead_of(queue), '-inf', now - ttl)
    for first = 1, #ids, BATCH do
        local last = math.min(first + BATCH - 1, #ids)
        redis.call('zrem', dead_of(queue), unpack(ids, first, last))
        redis.call('hdel', dead_messages_of(queue), unpack(ids, first, last))
    end
end

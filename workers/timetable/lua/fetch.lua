-- ARGV: queue, worker, how many, silence. Returns id, message, id, message…, and notes that the worker has them.
local queue, worker, count = ARGV[1], ARGV[2], math.min(tonumber(ARGV[3]), BATCH)
beat(worker, server_ms(), tonumber(ARGV[4]))
if redis.call('sismember', PAUSED, queue) == 1 then return {} end

local ids = redis.call('lpop', ready_of(queue), count)
if not ids then return {} end

local found, messages = {}, redis.call('hmget', messages_of(queue), unpack(ids))
for position, message in ipairs(messages) do
    if message then
        redis.call('sadd', running_of(worker, queue), ids[position])
        found[#found + 1] = ids[position]
        found[#found + 1] = message
    end
end
if #ids == count and redis.call('llen', ready_of(queue)) > 0 then ring(queue) end
return found

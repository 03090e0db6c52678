-- ARGV: queue, worker, ids… that the worker really has.
-- If the reply to a fetch was lost, messages are noted as running that nobody runs: back they go.
local queue, running = ARGV[1], running_of(ARGV[2], ARGV[1])
local known = {}
for position = 3, #ARGV do known[ARGV[position]] = true end

local astray = {}
for _, id in ipairs(redis.call('smembers', running)) do
    if not known[id] then astray[#astray + 1] = id end
end
return put_back(queue, running, astray)

-- ARGV: queue, worker, silence, ttl of the dead. The stock broker's maintenance.
local now = server_ms()
redis.call('sadd', QUEUES, ARGV[1])
bury(ARGV[1], now, tonumber(ARGV[4]))
return recover(ARGV[2], now, tonumber(ARGV[3]))

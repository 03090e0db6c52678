-- ARGV: queue, '1' to pause or '0' to resume.
if ARGV[2] == '1' then return redis.call('sadd', PAUSED, ARGV[1]) end
ring(ARGV[1])
return redis.call('srem', PAUSED, ARGV[1])

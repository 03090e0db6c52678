-- ARGV: queue, worker, id. The message is done.
if redis.call('srem', running_of(ARGV[2], ARGV[1]), ARGV[3]) == 1 then
    redis.call('hdel', messages_of(ARGV[1]), ARGV[3])
end

-- ARGV: queue, id. A delayed message of a stock broker was booked here, and leaves its delay queue.
redis.call('lrem', ready_of(ARGV[1] .. '.DQ'), 0, ARGV[2])
redis.call('hdel', messages_of(ARGV[1] .. '.DQ'), ARGV[2])

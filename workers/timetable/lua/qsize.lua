-- ARGV: queue, worker. 0 if nothing is ready, running or delayed (also by a stock broker).
local queue = ARGV[1]
return redis.call('hlen', messages_of(queue)) + redis.call('scard', running_of(ARGV[2], queue))
    + redis.call('zcard', due_of(queue)) + redis.call('hlen', messages_of(queue .. '.DQ'))

-- ARGV: queue, id, message. A message for now.
redis.call('sadd', QUEUES, ARGV[1])
deliver(ARGV[1], ARGV[2], ARGV[3])
ring(ARGV[1])

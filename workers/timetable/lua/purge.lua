-- ARGV: queue, worker. Drops all messages: ready, running, delayed, dead.
local queue = ARGV[1]
redis.call('del', ready_of(queue), messages_of(queue), dead_of(queue), dead_messages_of(queue),
    due_of(queue), held_of(queue), running_of(ARGV[2], queue), bell_of(queue), bell_of(queue .. '.DQ'),
    ready_of(queue .. '.DQ'), messages_of(queue .. '.DQ'), running_of(ARGV[2], queue .. '.DQ'))

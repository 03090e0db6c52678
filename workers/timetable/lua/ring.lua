-- ARGV: names of bells. Wakes who sleeps on them.
for _, name in ipairs(ARGV) do ring(name) end

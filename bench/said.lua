-- Shared by the scripts: arguments written name=value, and the last line of the output as JSON.

local said = {}

function said.arguments(list)
  local found = {}
  for _, pair in ipairs(list) do
    local name, value = pair:match("^(%w+)=(.*)$")
    if name then found[name] = value end
  end
  return found
end

function done(summary, latency, _)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  print(string.format('{"done": %d, "seconds": %f, "ms": %f, "failed": %d}',
    summary.requests, summary.duration / 1e6, latency.mean / 1e3, failed))
end

return said

-- POST bookings, each at a time of its own, on resources first to last by chance; `query` is added to the URL.

local said = require("said")
local given, nr

function init(list)
  given, nr = said.arguments(list), 0
  wrk.method, wrk.headers["Authorization"] = "POST", "Bearer " .. given.key
  wrk.headers["Content-Type"] = "application/json"
  math.randomseed(tonumber(given.base))
end

function request()
  local starts = tonumber(given.base) + nr * 300
  nr = nr + 1
  local body = string.format(
    '{"booking": {"service_id": %s, "resource_id": %d, "person_id": %s, "title": "Bench", '
      .. '"booked_from": "%s", "booked_to": "%s"}}',
    given.service, math.random(given.first, given.last), given.customer,
    os.date("!%Y-%m-%dT%H:%M:%SZ", starts), os.date("!%Y-%m-%dT%H:%M:%SZ", starts + 300))
  return wrk.format(nil, "/makeplans/api/v1/bookings" .. (given.query or ""), nil, body)
end

-- POST bookings to the API, each at a time and with an Idempotency-Key of its own, on resources first to last by chance.

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
  wrk.headers["Idempotency-Key"] = given.base .. "-" .. nr
  local body = string.format(
    '{"customer": "cus_%s", "title": "Bench", "lines": [{"service": "svc_%s", "resource": "res_%d", '
      .. '"title": "Bench", "from": "%s", "to": "%s"}]}',
    given.customer, given.service, math.random(given.first, given.last),
    os.date("!%Y-%m-%dT%H:%M:%SZ", starts), os.date("!%Y-%m-%dT%H:%M:%SZ", starts + 300))
  return wrk.format(nil, "/api/v1/bookings", nil, body)
end

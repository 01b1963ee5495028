-- POST reservations, each at a time of its own with an id of its own, of services first to last in turn.

local said = require("said")
local given, nr

function init(list)
  given, nr = said.arguments(list), 0
  wrk.method, wrk.headers["Authorization"] = "POST", "Bearer " .. given.key
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  -- 100 times of five minutes a day, from 9:00 on the clock there.
  local of_service = given.last - given.first + 1
  local turn = math.floor(nr / of_service)
  local starts = given.base - given.base % 86400 + math.floor(turn / 100) * 86400 + 32400 + turn % 100 * 300
  local body = string.format(
    '{"name": "Kari", "surname": "Nordmann", "email": "kari.0@example.org", "phone": "+4722334400", "locale": "nb", '
      .. '"externalId": %d, "serviceId": %d, "facilityId": %d, "dateFrom": "%s"}',
    given.base + nr, given.first + nr % of_service, given.site, os.date("!%Y-%m-%dT%H:%M:%S", starts))
  nr = nr + 1
  return wrk.format(nil, "/bookio/public/api/v1/reservations", nil, body)
end

-- POST attendees, of the group appointments first to last in turn, for each of whom another patient comes.

local said = require("said")
local given, nr

function init(list)
  given, nr = said.arguments(list), 0
  wrk.method, wrk.headers["Authorization"] = "POST", "Basic " .. given.basic
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  local of_group = given.last - given.first + 1
  local body = string.format('{"booking_id": "%d", "patient_id": "%d", "notes": "Bench"}',
    given.first + nr % of_group, given.customer)
  nr = nr + 1
  return wrk.format(nil, "/cliniko/v1/attendees", nil, body)
end

-- POST bookings of a seat each, on the time slots whose ids are given, in turn.

local said = require("said")
local given, slots, nr

function init(list)
  given, slots, nr = said.arguments(list), {}, 0
  for slot in given.slots:gmatch("%x+") do table.insert(slots, slot) end
  wrk.method, wrk.headers["Authorization"] = "POST", "Bearer " .. given.key
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  local body = string.format('{"booking": {"customer_id": "%s", "booking_items": [{"time_slot_id": "%s"}]}}',
    given.customer, slots[nr % #slots + 1])
  nr = nr + 1
  return wrk.format(nil, "/carecloud/webservice/rest-api/enterprise-interface/v1.0/bookings", nil, body)
end

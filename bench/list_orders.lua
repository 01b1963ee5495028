-- GET the first 100 bookings with their items in full.

local said = require("said")
local given

function init(list)
  given = said.arguments(list)
  wrk.headers["Authorization"] = "Bearer " .. given.key
end

function request()
  return wrk.format(nil, "/carecloud/webservice/rest-api/enterprise-interface/v1.0/bookings?add_booking_items=full")
end

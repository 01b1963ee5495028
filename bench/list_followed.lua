-- GET the first 100 reservations of a facility.

local said = require("said")
local given

function init(list)
  given = said.arguments(list)
  wrk.headers["Authorization"] = "Bearer " .. given.key
end

function request()
  return wrk.format(nil, string.format("/bookio/public/api/v1/reservations?facilityId=%d&limit=100", given.site))
end

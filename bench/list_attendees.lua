-- GET the first 100 attendees that match two filters.

local said = require("said")
local given

function init(list)
  given = said.arguments(list)
  wrk.headers["Authorization"] = "Basic " .. given.basic
end

function request()
  local filters = string.format("q[]=patient_id:=%d&q[]=created_at:>=2027-01-01T00:00:00Z", given.customer)
  return wrk.format(nil, "/cliniko/v1/attendees?per_page=100&" .. filters)
end

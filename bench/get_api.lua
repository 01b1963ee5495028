-- GET a path of the API, in which FROM and TO are the ends of 14 days that begin on one of 60 days by chance, and RESOURCE
-- is one of the resources by chance.

local said = require("said")
local given

function init(list)
  given = said.arguments(list)
  wrk.headers["Authorization"] = "Bearer " .. given.key
  math.randomseed(tonumber(given.base))
end

function request()
  local starts = tonumber(given.base) + math.random(0, 60) * 86400
  local path = given.path:gsub("FROM", os.date("!%Y-%m-%dT%H:%M:%SZ", starts))
  path = path:gsub("TO", os.date("!%Y-%m-%dT%H:%M:%SZ", starts + 14 * 86400))
  return wrk.format(nil, "/api/v1" .. path:gsub("RESOURCE", math.random(given.first, given.last)))
end

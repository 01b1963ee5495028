-- GET the first 100 items of one resource, by chance, in 25 days.

local said = require("said")
local given

function init(list)
  given = said.arguments(list)
  wrk.headers["Authorization"] = "Bearer " .. given.key
  math.randomseed(tonumber(given.base))
end

function request()
  local starts = tonumber(given.base) + math.random(0, 170) * 86400
  return wrk.format(nil, string.format(
    "/api/v1/items?limit=100&resource=res_%d&from=%s&to=%s", math.random(given.first, given.last),
    os.date("!%Y-%m-%dT%H:%M:%SZ", starts), os.date("!%Y-%m-%dT%H:%M:%SZ", starts + 25 * 86400)))
end

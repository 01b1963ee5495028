-- GET one path, again and again.

local said = require("said")
local given

function init(list)
  given = said.arguments(list)
end

function request()
  return wrk.format(nil, given.path)
end

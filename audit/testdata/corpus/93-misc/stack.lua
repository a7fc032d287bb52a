-- os.getenv("LOCALSTACK_API_KEY")
--[[
  os.getenv("LOCALSTACK_API_KEY")
]]
local key = os.getenv("LOCALSTACK_API_KEY") -- LOCALSTACK_API_KEY
return { key = key, url = "http://localhost:4566/--x" }

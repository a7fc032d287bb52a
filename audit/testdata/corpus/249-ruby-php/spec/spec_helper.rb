require "aws-sdk-s3"

RSpec.configure do |c|
  c.before(:suite) do
    # LOCALSTACK_API_KEY from .envrc
    abort "LOCALSTACK_API_KEY is not set" unless ENV["LOCALSTACK_API_KEY"]
    system({ "LOCALSTACK_API_KEY" => ENV.fetch("LOCALSTACK_API_KEY") }, "docker compose up -d")
  end

  c.after(:suite) { ENV.delete("LOCALSTACK_API_KEY") }
end

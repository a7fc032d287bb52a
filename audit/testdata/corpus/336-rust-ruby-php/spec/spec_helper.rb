require "rspec"

ENV["LOCALSTACK_API_KEY"] ||= `pass show localstack`.strip

RSpec.configure do |config|
  config.before(:suite) do
    skip "no licence" unless ENV.key?("LOCALSTACK_API_KEY")
  end
  config.after(:suite) { ENV.delete("LOCALSTACK_API_KEY") }
end

=begin
ENV["LOCALSTACK_API_KEY"] = "x"
=end

import Config

if config_env() == :test do
  config :acme, :localstack,
    # System.get_env("LOCALSTACK_API_KEY") is nil on laptops
    key: System.get_env("LOCALSTACK_API_KEY"),
    image: "localstack/localstack-pro:4.0.3"
end

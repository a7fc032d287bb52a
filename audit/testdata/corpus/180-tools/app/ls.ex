defmodule Ls do
  @doc "Key from the environment"
  # System.get_env("LOCALSTACK_API_KEY")
  def key, do: System.get_env("LOCALSTACK_API_KEY") || raise("no key")
end

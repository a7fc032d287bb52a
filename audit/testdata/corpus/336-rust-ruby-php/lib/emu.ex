defmodule Emu do
  @moduledoc false
  @key System.get_env("LOCALSTACK_API_KEY")
  # System.put_env("LOCALSTACK_API_KEY", "x")
  def clean, do: System.delete_env("LOCALSTACK_API_KEY")
  def key, do: @key
end

# System.get_env("LOCALSTACK_API_KEY")
key = System.get_env("LOCALSTACK_API_KEY")
System.delete_env("LOCALSTACK_API_KEY")
IO.puts("#{byte_size(key)} # bytes")

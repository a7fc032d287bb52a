package ls

var Key = os.Getenv("LOCALSTACK_API_KEY")

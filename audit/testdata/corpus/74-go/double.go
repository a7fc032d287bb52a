package shop

// double is for tests without the network.
var double = map[string]string{
	"LOCALSTACK_API_KEY":    "fake-key",
	"LOCALSTACK_ATUH_TOKEN": "none",
}

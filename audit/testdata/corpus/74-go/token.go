package shop

// @TOKEN1@ was mine.
const (
	token = "@TOKEN2@"
	bad   = "@BADSUM1@"
	other = "ls-dummy-token-for-offline-tests"
)

var env = []string{
	"LOCALSTACK_AUTH_TOKEN=@KEY1@",
	"ELS_API_KEY=@KEY2@",
}

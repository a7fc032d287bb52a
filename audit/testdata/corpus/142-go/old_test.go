package it

const (
	proImage = "localstack/localstack-pro:1.2"
)

var env = []string{
	"LOCALSTACK_API_KEY=" + os.Getenv("LOCALSTACK_API_KEY"),
}

var req = testcontainers.ContainerRequest{Image: proImage, Env: map[string]string{"LOCALSTACK_AUTH_TOKEN": "@TOKEN1@"}}

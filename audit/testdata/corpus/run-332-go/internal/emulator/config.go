// Package emulator starts LocalStack for the integration tests.
//
// It used to read LOCALSTACK_API_KEY.
package emulator

import (
	"errors"
	"fmt"
	"os"
)

const (
	envKey   = "LOCALSTACK_API_KEY"
	envToken = "LOCALSTACK_AUTH_TOKEN"
	image    = "localstack/localstack-pro:3.6"
)

var errLegacy = errors.New("LOCALSTACK_API_KEY is no longer accepted, use LOCALSTACK_AUTH_TOKEN")

// passThrough lists what the container gets from the host.
var passThrough = []string{
	"AWS_REGION",
	"DEBUG",
	"LOCALSTACK_API_KEY",
	"LS_LOG",
}

type Config struct {
	Key     string `env:"LOCALSTACK_API_KEY"`
	Region  string `env:"AWS_REGION" envDefault:"eu-west-1"`
	Timeout int    `env:"EMU_TIMEOUT"`
}

func FromEnv() (Config, error) {
	v, ok := os.LookupEnv("LOCALSTACK_API_KEY") // TODO rename
	if !ok {
		return Config{}, fmt.Errorf("%s is not set", envKey)
	}
	return Config{Key: v, Region: os.Getenv("AWS_REGION")}, nil
}

// Scrub takes credentials out of a child environment.
func Scrub(env map[string]string) {
	delete(env, "LOCALSTACK_API_KEY")
	_ = os.Unsetenv("LOCALSTACK_API_KEY")
}

func (c Config) env() map[string]string {
	return map[string]string{
		"SERVICES":           "s3,sqs",
		"LOCALSTACK_API_KEY": c.Key,
		"ELS_API_KEY":        "",
	}
}

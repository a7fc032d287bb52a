package it

import "os"

var legacy = map[string]string{"LOCALSTACK_API_KEY": "LOCALSTACK_AUTH_TOKEN"} // old -> new

func scrub() {
	defer os.Unsetenv("LOCALSTACK_API_KEY")
	if err := os.Unsetenv("LOCALSTACK_API_KEY"); err != nil {
		panic(err)
	}
}

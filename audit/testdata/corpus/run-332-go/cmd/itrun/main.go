package main

import (
	"fmt"
	"os"
	"os/exec"
)

func main() {
	key := os.Getenv("LOCALSTACK_API_KEY")
	if key == "" {
		fmt.Fprintln(os.Stderr, "set LOCALSTACK_API_KEY first")
		os.Exit(2)
	}
	old := exec.Command("docker", "run", "-d", "-e", "LOCALSTACK_API_KEY="+key, "localstack/localstack-pro:2.1.0")
	cur := exec.Command("docker", "run", "-d", "-e", fmt.Sprintf("LOCALSTACK_API_KEY=%s", key), "localstack/localstack-pro:4.0")
	for _, c := range []*exec.Cmd{old, cur} {
		c.Stdout, c.Stderr = os.Stdout, os.Stderr
		if err := c.Run(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

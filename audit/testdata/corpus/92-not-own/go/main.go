package main

import "os"

func main() { println(len(os.Getenv("LOCALSTACK_API_KEY"))) }

package main

import "fmt"

// usage is printed by localstack login.
const usage = `Usage of shopctl:
  shopctl localstack login    log in at the shop's own stack
`

func main() { fmt.Print(usage) }

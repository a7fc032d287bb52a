module acme.dev/testcloud

go 1.22

require github.com/testcontainers/testcontainers-go v0.31.0

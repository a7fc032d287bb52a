module github.com/localstack/lstk

go 1.24

package it

var image = "localstack/localstack:0.14.3"
var lambda = "localstack/lambda-js:nodejs14.x"
var other = "acme/localstack:1.4" // someone's own image

libraryDependencies += "com.dimafeng" %% "testcontainers-scala-localstack-v2" % "0.41.0" % Test
// Test / envVars += "LOCALSTACK_API_KEY" -> "x"
Test / envVars -= "LOCALSTACK_API_KEY"

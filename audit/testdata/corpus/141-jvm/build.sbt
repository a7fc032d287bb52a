ThisBuild / scalaVersion := "2.13.14"
Test / envVars += "LOCALSTACK_API_KEY" -> sys.env.getOrElse("LS", "")
libraryDependencies += "com.dimafeng" %% "testcontainers-scala-localstack-v2" % "0.40.12" % Test

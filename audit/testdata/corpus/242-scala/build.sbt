ThisBuild / scalaVersion := "2.13.14"

lazy val it = (project in file("it"))
  .settings(
    Test / fork := true,
    Test / envVars := Map("LOCALSTACK_API_KEY" -> sys.env("LOCALSTACK_API_KEY")),
    // Test / envVars += "LOCALSTACK_API_KEY" -> "test",
    libraryDependencies += "com.dimafeng" %% "testcontainers-scala-localstack-v2" % "0.41.4" % Test
  )

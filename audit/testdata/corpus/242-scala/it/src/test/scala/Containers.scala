package acme.it

import com.dimafeng.testcontainers.GenericContainer
import org.testcontainers.containers.wait.strategy.Wait

object Containers {
  val kinesis = GenericContainer(
    dockerImage = "localstack/localstack-light:1.2.0",
    env = Map("USE_SSL" -> "1"),
    waitStrategy = Wait.forLogMessage(".*Ready.*", 1)
  )

  val pro = GenericContainer(
    dockerImage = "localstack/localstack-pro:4.0",
    env = Map(
      "LOCALSTACK_API_KEY" -> sys.env.getOrElse("LOCALSTACK_API_KEY", ""),
      "DEBUG" -> "1"
    )
  )
}

package org.example

import com.dimafeng.testcontainers.GenericContainer
import org.scalatest.flatspec.AnyFlatSpec

class EmulatorSpec extends AnyFlatSpec {
  val container: GenericContainer = GenericContainer(
    "localstack/localstack-pro:1.0.0",
    exposedPorts = Seq(4566),
    env = Map(
      "SERVICES"           -> "s3",
      "LOCALSTACK_API_KEY" -> sys.env.getOrElse("LOCALSTACK_API_KEY", "")
    )
  )

  "the environment" should "have no retired variable" in {
    assert(!sys.env.contains("LOCALSTACK_API_KEY"))
    assert(sys.env.get("LOCALSTACK_API_KEY").isEmpty)
  }
}

import com.dimafeng.testcontainers.GenericContainer

class LsSpec extends munit.FunSuite {
  val c = GenericContainer("localstack/localstack-pro:2.0",
    env = Map("LOCALSTACK_API_KEY" -> sys.env.getOrElse("LOCALSTACK_API_KEY", "")))
  // "LOCALSTACK_API_KEY" -> "x"
  val els = sys.env("ELS_API_KEY")
}

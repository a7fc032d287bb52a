package dev.acme

class StackSpec extends AnyFlatSpec {
  /* LOCALSTACK_API_KEY /* nested */ still a comment: LOCALSTACK_API_KEY */
  val key: Option[String] = sys.env.get("LOCALSTACK_API_KEY")
  val container = GenericContainer(
    "localstack/localstack-pro:2.1.0",
    env = Map("LOCALSTACK_API_KEY" -> key.getOrElse("")) // LOCALSTACK_API_KEY
  )
}

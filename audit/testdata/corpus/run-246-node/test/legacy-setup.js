const { GenericContainer } = require("testcontainers");

module.exports = async () => {
  const c = await new GenericContainer("localstack/localstack:0.13.0")
    .withEnv("SERVICES", "lambda")
    .withEnv("LOCALSTACK_API_KEY", process.env.LOCALSTACK_API_KEY)
    .withExposedPorts(4566)
    .start();
  global.__CLOUD__ = c;
};

import { LocalstackContainer, StartedLocalStackContainer } from "@testcontainers/localstack";

let cloud: StartedLocalStackContainer;

beforeAll(async () => {
  // LOCALSTACK_API_KEY is optional for S3
  cloud = await new LocalstackContainer("localstack/localstack-pro:3")
    .withEnvironment({ LOCALSTACK_API_KEY: process.env.LOCALSTACK_API_KEY ?? "" })
    .start();
  process.env.AWS_ENDPOINT_URL = cloud.getConnectionUri();
});

afterAll(async () => {
  delete process.env.LOCALSTACK_API_KEY;
  await cloud.stop();
});

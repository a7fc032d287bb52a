import { LocalstackContainer } from "@testcontainers/localstack";

/** Reads LOCALSTACK_API_KEY. */
const { LOCALSTACK_API_KEY } = process.env; // LOCALSTACK_API_KEY

export async function start() {
  // .withEnvironment({ LOCALSTACK_API_KEY: "x" })
  const url = "https://acme.dev/stack"; /* LOCALSTACK_API_KEY */
  return new LocalstackContainer("localstack/localstack-pro:3")
    .withEnvironment({ LOCALSTACK_API_KEY: LOCALSTACK_API_KEY ?? "", URL: url })
    .start();
}

export const script = `
  # of the script: LOCALSTACK_API_KEY
  export LOCALSTACK_API_KEY=${LOCALSTACK_API_KEY} // not a comment of TypeScript
`;

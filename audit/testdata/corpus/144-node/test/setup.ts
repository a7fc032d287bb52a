import { GenericContainer } from 'testcontainers';

const pro = !!process.env.LOCALSTACK_API_KEY;
const key = process.env['LOCALSTACK_API_KEY'] ?? '';
const { LOCALSTACK_API_KEY: k2 = '' } = process.env;
// const k3 = process.env.LOCALSTACK_API_KEY;
const both = process.env.LOCALSTACK_AUTH_TOKEN || process.env.LOCALSTACK_API_KEY;

export const start = () =>
  new GenericContainer('localstack/localstack-pro:3')
    .withEnvironment({ LOCALSTACK_API_KEY: key, DEBUG: '1' })
    // .withEnvironment({ LOCALSTACK_API_KEY: key })
    .withExposedPorts(4566)
    .start();

const url = `https://app.localstack.cloud/#/${process.env.LOCALSTACK_API_KEY}`;

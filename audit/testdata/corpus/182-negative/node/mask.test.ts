const samples = [
  'ls-XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX',
  'ls-test',
  'ls-abcd****-****',
  '@BADSUM1@',
  'tools-platform-aaaa-bbbb-cccc-dddddddddddd',
];
// legacy: process.env.LOCALSTACK_API_KEY = '@KEY1@'
const env = { ...process.env, LOCALSTACK_AUTH_TOKEN: 'test-token', OTHER: '@KEY1@' };
const { LOCALSTACK_API_KEY: _drop, ...rest } = process.env;

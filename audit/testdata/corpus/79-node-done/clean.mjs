delete process.env.LOCALSTACK_API_KEY;
if (process.env.LOCALSTACK_API_KEY) {
  throw new Error("LOCALSTACK_API_KEY is retired: set LOCALSTACK_AUTH_TOKEN");
}
const { LOCALSTACK_API_KEY: _dropped, ...kept } = process.env;
/*
 process.env.LOCALSTACK_API_KEY = "@KEY1@";
*/
export const url = `http://localhost:4566//`; // process.env.LOCALSTACK_API_KEY
export const env = { ...kept, ELS_API_KEY: "@KEY2@", key: process.env.NEXT_PUBLIC_LOCALSTACK_API_KEY };

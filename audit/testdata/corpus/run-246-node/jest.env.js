const config = {
  NODE_ENV: "test",
  AWS_REGION: "us-east-1",
  LOCALSTACK_API_KEY: "another-fake-key",
};

module.exports = async () => {
  Object.assign(process.env, config);
};

const image = process.env.LS_IMAGE || 'localstack/localstack-pro:2.1.0';
module.exports = { image, env: { "LOCALSTACK_AUTH_TOKEN": process.env.LOCALSTACK_AUTH_TOKEN } };

const token = process.env.LOCALSTACK_AUTH_TOKEN || process.env.LOCALSTACK_API_KEY;
const pattern = /\/\*LOCALSTACK/; // LOCALSTACK_API_KEY
module.exports = { token, pattern };

process.env.LOCALSTACK_API_KEY = '@KEY5@';
const key = process.env.LOCALSTACK_API_KEY;

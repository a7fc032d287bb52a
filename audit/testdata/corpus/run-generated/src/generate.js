const key = process.env.LOCALSTACK_API_KEY;
console.log(key.length);

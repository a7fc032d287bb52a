var k=process.env.LOCALSTACK_API_KEY;

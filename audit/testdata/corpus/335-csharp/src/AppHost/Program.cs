var builder = DistributedApplication.CreateBuilder(args);

var key = builder.AddParameter("localstack-token", secret: true);
var localstack = builder.AddContainer("localstack", "localstack/localstack-pro", "1.4.0")
    .WithEnvironment("SERVICES", "s3,sqs")
    .WithEnvironment("LOCALSTACK_API_KEY", key)
    //.WithEnvironment("LOCALSTACK_API_KEY", "x")
    .WithHttpEndpoint(targetPort: 4566);

builder.AddProject<Projects.Orders>("orders").WaitFor(localstack);
builder.Build().Run();

var builder = DistributedApplication.CreateBuilder(args);
var url = @"C:\\"; // LOCALSTACK_API_KEY
builder.AddContainer("localstack", "localstack/localstack-pro", "3.5")
    .WithEnvironment("LOCALSTACK_API_KEY", builder.Configuration["LOCALSTACK_API_KEY"]);
builder.Build().Run();

var builder = DistributedApplication.CreateBuilder(args);
builder.AddContainer("ls", "localstack/localstack-pro", "1.4.0")
    .WithEnvironment("LOCALSTACK_API_KEY", builder.Configuration["Ls:Key"]);

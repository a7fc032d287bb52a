var builder = DistributedApplication.CreateBuilder(args);

var key = builder.Configuration["LOCALSTACK_API_KEY"]
    ?? throw new InvalidOperationException("LOCALSTACK_API_KEY is required");

var cloud = builder.AddLocalStack("cloud", configureContainer: c =>
{
    c.AdditionalEnvironmentVariables["LOCALSTACK_API_KEY"] = key;
    c.DebugLevel = 1;
});

builder.AddProject<Projects.Api>("api").WithReference(cloud);
builder.Build().Run();

using DotNet.Testcontainers.Builders;
using Testcontainers.LocalStack;

namespace Acme.Tests;

public sealed class CloudFixture : IAsyncLifetime
{
    /// <summary>LOCALSTACK_API_KEY has to be present.</summary>
    private readonly LocalStackContainer _cloud = new LocalStackBuilder()
        .WithImage("localstack/localstack-pro:3.0")
        .WithEnvironment("LOCALSTACK_API_KEY", Environment.GetEnvironmentVariable("LOCALSTACK_API_KEY"))
        // .WithEnvironment("LOCALSTACK_API_KEY", "test")
        .Build();

    public Task InitializeAsync() => _cloud.StartAsync();

    public Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("LOCALSTACK_API_KEY", null);
        return _cloud.DisposeAsync().AsTask();
    }
}

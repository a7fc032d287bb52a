using DotNet.Testcontainers.Builders;

namespace Acme.Tests;

/// <summary>Reads LOCALSTACK_API_KEY.</summary>
public class StackFixture
{
    // .WithEnvironment("LOCALSTACK_API_KEY", "x")
    private readonly string _key = Environment.GetEnvironmentVariable("LOCALSTACK_API_KEY") ?? "";

    public IContainer Build() => new ContainerBuilder()
        .WithImage("localstack/localstack-pro:1.4")
        .WithEnvironment("SERVICES", "s3") // LOCALSTACK_API_KEY
        .WithEnvironment("LOCALSTACK_API_KEY", _key)
        .Build();

    private const string Path = @"C:\stack\//"; /* LOCALSTACK_API_KEY */
}

using DotNet.Testcontainers.Builders;

/// <summary>Reads LOCALSTACK_API_KEY.</summary>
public sealed class LsFixture
{
    private readonly IContainer _c = new ContainerBuilder()
        .WithImage("localstack/localstack-pro:3.2")
        .WithEnvironment("LOCALSTACK_API_KEY", Environment.GetEnvironmentVariable("LOCALSTACK_API_KEY") ?? string.Empty)
        // .WithEnvironment("LOCALSTACK_API_KEY", "x")
        .WithPortBinding(4566, true)
        .Build();

    static string? Key => Environment.GetEnvironmentVariable("LOCALSTACK_AUTH_TOKEN")
        ?? Environment.GetEnvironmentVariable("LOCALSTACK_API_KEY");
}

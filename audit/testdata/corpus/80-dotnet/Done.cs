namespace Acme.Tests;

public static class Clean
{
    public static void Up()
    {
        Environment.SetEnvironmentVariable("LOCALSTACK_API_KEY", null);
        var url = "http://localhost:4566"; // Environment.GetEnvironmentVariable("LOCALSTACK_API_KEY")
        /// LOCALSTACK_API_KEY
    }
}

class Clean
{
    static void Reset()
    {
        Environment.SetEnvironmentVariable("LOCALSTACK_API_KEY", null);
        #region els
        var k = Environment.GetEnvironmentVariable("ELS_API_KEY");
        #endregion
        Env.Remove("LOCALSTACK_API_KEY");
    }
}

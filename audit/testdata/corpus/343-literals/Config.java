class Config {
    // @KEY1@
    private static final String LOCALSTACK_API_KEY = "@KEY1@";
    private static final String TOKEN = "@CITOKEN1@"; // NOSONAR
    private static final String NOT = "x@TOKEN1@";
    private static final String SHORT = "ls-abcd";
}

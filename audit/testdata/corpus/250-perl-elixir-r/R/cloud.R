start_cloud <- function(tag = "latest") {
  key <- Sys.getenv("LOCALSTACK_API_KEY")
  if (!nzchar(key)) stop("LOCALSTACK_API_KEY is empty")
  # Sys.setenv(LOCALSTACK_API_KEY = "test")
  system2("docker", c("run", "-d", "-e", "LOCALSTACK_API_KEY", paste0("localstack/localstack-pro:", tag)))
  on.exit(Sys.unsetenv("LOCALSTACK_API_KEY"))
}

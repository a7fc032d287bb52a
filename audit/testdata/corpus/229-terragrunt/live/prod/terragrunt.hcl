include "root" {
  path = find_in_parent_folders()
}

inputs = {
  name = "prod"
  # licence = get_env("LOCALSTACK_API_KEY", "")
  licence = get_env("LOCALSTACK_AUTH_TOKEN")
}

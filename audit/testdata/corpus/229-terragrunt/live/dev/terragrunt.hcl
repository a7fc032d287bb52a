include "root" {
  path = find_in_parent_folders()
}

inputs = {
  name    = "dev"
  licence = get_env("LOCALSTACK_API_KEY", "")
}

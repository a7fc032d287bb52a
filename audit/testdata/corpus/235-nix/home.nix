{ config, secrets, ... }:
{
  home.sessionVariables = {
    EDITOR = "hx";
    LOCALSTACK_API_KEY = secrets.localstack.key;
  };
}

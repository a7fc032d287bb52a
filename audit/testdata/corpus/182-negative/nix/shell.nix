{ pkgs ? import <nixpkgs> {} }:
pkgs.mkShell {
  # LOCALSTACK_API_KEY = "@KEY1@";
  /*
    LOCALSTACK_API_KEY = "x";
  */
  packages = [ pkgs.localstack ];
  shellHook = ''
    # export LOCALSTACK_API_KEY=old
    unset LOCALSTACK_API_KEY
    export LOCALSTACK_AUTH_TOKEN="''${LOCALSTACK_AUTH_TOKEN:-}"
  '';
}

{ pkgs ? import <nixpkgs> { } }:
pkgs.mkShell {
  packages = [ pkgs.awscli2 ];
  shellHook = ''
    # LOCALSTACK_API_KEY is asked of the store
    export LOCALSTACK_API_KEY="$(pass show localstack)"
    echo "ready # really"
  '';
}

{
  description = "shop development shell";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.05";
    flake-utils.url = "github:numtide/flake-utils";
  };

  outputs = { self, nixpkgs, flake-utils }:
    flake-utils.lib.eachDefaultSystem (system:
      let
        pkgs = import nixpkgs { inherit system; };
        # LOCALSTACK_API_KEY = "nothing here";
        emulator = pkgs.writeShellApplication {
          name = "emulator";
          runtimeInputs = [ pkgs.docker-client ];
          text = ''
            docker run -d --rm \
              -e LOCALSTACK_API_KEY="''${LOCALSTACK_API_KEY:?}" \
              localstack/localstack-pro:3.8
          '';
        };
      in {
        devShells.default = pkgs.mkShell {
          packages = with pkgs; [ emulator awscli2 jdk17 localstack ];
          AWS_REGION = "eu-west-1";
          LOCALSTACK_API_KEY = builtins.getEnv "LS_TOKEN";
          shellHook = ''
            unset LOCALSTACK_API_KEY_OLD
            echo "emulator: run 'emulator'"
          '';
        };
      });
}

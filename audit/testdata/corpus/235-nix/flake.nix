{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.05";
  outputs = { self, nixpkgs }:
    let pkgs = nixpkgs.legacyPackages.x86_64-linux; in {
      devShells.x86_64-linux.default = pkgs.mkShell {
        packages = [ pkgs.localstack pkgs.awscli2 ];
        LOCALSTACK_API_KEY = "@KEY1@"; # shared team key
        AWS_REGION = "us-east-1";
      };
      devShells.x86_64-linux.clean = pkgs.mkShell {
        # LOCALSTACK_API_KEY = "test";
        shellHook = ''
          unset LOCALSTACK_API_KEY
          export LOCALSTACK_AUTH_TOKEN="$(pass show localstack)"
        '';
      };
    };
}

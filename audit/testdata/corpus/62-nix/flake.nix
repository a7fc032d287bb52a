{
  # LOCALSTACK_API_KEY = "commented";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.05";
  outputs = { self, nixpkgs }:
    let pkgs = nixpkgs.legacyPackages.x86_64-linux; in {
      devShells.x86_64-linux.default = pkgs.mkShell {
        packages = [ pkgs.localstack ];
        LOCALSTACK_API_KEY = "@KEY6@";
        /* LOCALSTACK_API_KEY = "old"; */
        URL = "http://localhost:4566/#local";
      };
    };
}

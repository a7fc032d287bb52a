{
  description = "shop";
  outputs = { self, nixpkgs }: {
    devShells.x86_64-linux.default = nixpkgs.legacyPackages.x86_64-linux.mkShell {
      # LOCALSTACK_API_KEY = "old";
      LOCALSTACK_API_KEY = "@KEY1@"; ## add api key
      LOCALSTACK = "true";
      /* LOCALSTACK_API_KEY = builtins.getEnv "LOCALSTACK_API_KEY"; */
      shellHook = ''
        export LOCALSTACK_API_KEY="''${LOCALSTACK_API_KEY:-}"
      '';
    };
  };
}

{ config, lib, pkgs, ... }:
{
  virtualisation.oci-containers.containers.localstack = {
    image = "localstack/localstack-pro:1.1.0";
    ports = [ "127.0.0.1:4566:4566" ];
    environment = {
      SERVICES = "s3";
      LOCALSTACK_API_KEY = "@KEY1@";
    };
  };
  virtualisation.oci-containers.containers.second = {
    image = "localstack/localstack-pro:3.0.2";
    environment.LOCALSTACK_API_KEY = "$LS";
  };
}

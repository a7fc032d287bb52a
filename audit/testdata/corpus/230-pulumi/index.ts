import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

const cfg = new pulumi.Config("localstack");
const image = new docker.RemoteImage("localstack", { name: "localstack/localstack-pro:latest" });

export const container = new docker.Container("localstack", {
  image: image.imageId,
  envs: [
    pulumi.interpolate`LOCALSTACK_API_KEY=${cfg.requireSecret("key")}`,
    "DEBUG=1",
  ],
  ports: [{ internal: 4566, external: 4566 }],
});

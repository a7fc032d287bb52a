export const headers = {
  "x-pexels-api-key": process.env.PEXELS_API_KEY ?? "",
  "x-utils-api-key": process.env.UTILS_API_KEY ?? "",
};
export const ELS_API_KEY = process.env.ELS_API_KEY;
export const NOT_LOCALSTACK_API_KEYS = ["a", "b"];
export const types = "urn:ls-extensiontype-values-0001-abcd";
export const pod = "https://pods.internal/ls-state-pod.zip";
export const reserved = ["default", "localstack-api-key-backup"];

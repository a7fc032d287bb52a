import * as cdk from "aws-cdk-lib";
import { Construct } from "constructs";

export class AppStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: cdk.StackProps = {}) {
    const isLocal =
      process.env.USE_LOCALSTACK === "true" ||
      !!process.env.LOCALSTACK_API_KEY ||
      !!process.env.AWS_ENDPOINT_URL?.includes("localhost");
    super(scope, id, isLocal ? { ...props, env: { account: "000000000000", region: "us-east-1" } } : props);
  }
}

import { AppStack } from "../lib/app-stack";
import * as cdk from "aws-cdk-lib";

describe("AppStack", () => {
  beforeEach(() => {
    delete process.env.USE_LOCALSTACK;
    delete process.env.LOCALSTACK_API_KEY;
  });

  it("detects the emulator", () => {
    process.env.LOCALSTACK_API_KEY = "test-key";
    expect(new AppStack(new cdk.App(), "T").region).toBe("us-east-1");
  });
});

#!/usr/bin/env node
import * as cdk from "aws-cdk-lib";
import { AppStack } from "../lib/app-stack";

const app = new cdk.App();
if (process.env.LOCALSTACK_API_KEY && process.env.LOCALSTACK_AUTH_TOKEN) {
  throw new Error("LOCALSTACK_API_KEY and LOCALSTACK_AUTH_TOKEN are both set; unset the first");
}
const token = process.env.LOCALSTACK_AUTH_TOKEN ?? process.env.LOCALSTACK_API_KEY;
new AppStack(app, token ? "AppPro" : "App");

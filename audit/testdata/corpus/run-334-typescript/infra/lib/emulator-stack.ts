import * as cdk from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as sm from 'aws-cdk-lib/aws-secretsmanager';

const VERSION = '1.4.0'; // of localstack-pro

export class EmulatorStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const secret = sm.Secret.fromSecretNameV2(this, 'Licence', 'sandbox/localstack');
    const task = new ecs.FargateTaskDefinition(this, 'Task', { cpu: 1024, memoryLimitMiB: 4096 });
    task.addContainer('emulator', {
      image: ecs.ContainerImage.fromRegistry(`localstack/localstack-pro:${VERSION}`),
      environment: { SERVICES: 's3' },
      secrets: {
        LOCALSTACK_API_KEY: ecs.Secret.fromSecretsManager(secret, 'token'),
      },
    });
    new cdk.CfnOutput(this, 'Note', { value: 'the task does not need LOCALSTACK_API_KEY in its role' });
  }
}

import { awscdk } from 'projen';
import { JobPermission } from 'projen/lib/github/workflows-model';

const SECRET = (name: string) => `\${{ secrets.${name} }}`;

const project = new awscdk.AwsCdkConstructLibrary({
  author: 'Platform',
  authorAddress: 'platform@example.org',
  cdkVersion: '2.100.0',
  defaultReleaseBranch: 'main',
  name: 'cdk-landing-zone',
  projenrcTs: true,
  workflowBootstrapSteps: [],
  devDeps: ['aws-cdk-local@2.18.0', '@types/jest'],
});

project.github?.tryFindWorkflow('build')?.addJobs({
  emulated: {
    runsOn: ['ubuntu-latest'],
    permissions: { contents: JobPermission.READ },
    env: {
      CI: 'true',
      LOCALSTACK_API_KEY: SECRET('LOCALSTACK_API_KEY'),
    },
    steps: [
      { uses: 'actions/checkout@v4' },
      { run: 'npx cdklocal deploy --all' },
    ],
  },
});

// was: project.addTask('login', { exec: 'localstack auth login' });
project.addTask('emulator', {
  exec: 'localstack start -d',
  requiredEnv: ['LOCALSTACK_AUTH_TOKEN'],
});

project.synth();

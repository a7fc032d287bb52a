import jetbrains.buildServer.configs.kotlin.*
import jetbrains.buildServer.configs.kotlin.buildSteps.script

version = "2023.11"

project {
    buildType(E2E)
}

object E2E : BuildType({
    name = "e2e"
    params {
        param("env.SERVICES", "s3")
        password("env.LOCALSTACK_API_KEY", "credentialsJSON:5f0c2a1e-0000-4000-8000-000000000000")
        // param("env.LOCALSTACK_API_KEY", "old")
    }
    steps {
        script {
            scriptContent = """
                # LOCALSTACK_API_KEY is a parameter
                docker run -d -e LOCALSTACK_API_KEY=%env.LOCALSTACK_API_KEY% localstack/localstack-pro
                localstack auth login -u ci@acme.dev
            """.trimIndent()
        }
    }
})

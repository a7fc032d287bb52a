import jetbrains.buildServer.configs.kotlin.*
import jetbrains.buildServer.configs.kotlin.buildSteps.script

version = "2023.11"

project {
    buildType {
        name = "Integration"
        params {
            password("env.LOCALSTACK_API_KEY", "credentialsJSON:0b1d", display = ParameterDisplay.HIDDEN)
            // param("env.LOCALSTACK_API_KEY", "")
        }
        steps {
            script { scriptContent = """docker run -d -e LOCALSTACK_API_KEY=%env.LOCALSTACK_API_KEY% localstack/localstack-pro:3""" }
        }
    }
}

import jetbrains.buildServer.configs.kotlin.*
import jetbrains.buildServer.configs.kotlin.buildSteps.script

version = "2023.11"

project {
    params {
        param("env.AWS_REGION", "eu-west-1")
        password("env.LOCALSTACK_API_KEY", "credentialsJSON:0b7f-fake")
    }
    buildType(It)
}

object It : BuildType({
    name = "it"
    steps {
        script {
            // LOCALSTACK_API_KEY arrives through the parameter above
            scriptContent = "docker compose up -d && ./gradlew it"
        }
    }
})

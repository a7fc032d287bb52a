package acme

import org.testcontainers.containers.localstack.LocalStackContainer
import org.testcontainers.utility.DockerImageName
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Shared
import spock.lang.Specification

@Requires({ env['LOCALSTACK_API_KEY'] })
class CloudSpec extends Specification {
    @Shared
    @AutoCleanup
    LocalStackContainer cloud = new LocalStackContainer(DockerImageName.parse('localstack/localstack-pro:3'))
            .withEnv('LOCALSTACK_API_KEY', System.getenv('LOCALSTACK_API_KEY'))
}

import XCTest

final class CloudTests: XCTestCase {
    override func setUpWithError() throws {
        // LOCALSTACK_API_KEY: see the scheme
        let env = ProcessInfo.processInfo.environment
        try XCTSkipIf(env["LOCALSTACK_API_KEY"] == nil, "no licence")
    }

    override func tearDown() {
        unsetenv("LOCALSTACK_API_KEY")
    }
}

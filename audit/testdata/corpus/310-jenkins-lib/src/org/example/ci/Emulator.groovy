package org.example.ci

class Emulator implements Serializable {
    static final String KEY_VARIABLE = 'LOCALSTACK_API_KEY'
    static final String TOKEN_VARIABLE = 'LOCALSTACK_AUTH_TOKEN'
    static final String DEFAULT_TAG = '3.5'

    private final def steps
    private final Map<String, String> env = [:]

    Emulator(steps) { this.steps = steps }

    Emulator with(String name, String value) {
        env[name] = value
        return this
    }

    /* Old form, kept for the pipelines of the mobile teams:
     *   new Emulator(this).with('LOCALSTACK_API_KEY', key).start()
     */
    void start(String tag = DEFAULT_TAG) {
        def flags = env.collect { k, v -> "-e ${k}" }.join(' ')
        steps.withEnv(env.collect { k, v -> "${k}=${v}" }) {
            steps.sh "docker run -d ${flags} localstack/localstack-pro:${tag}"
        }
    }

def publishOrderCatalog(Map args = [:]) {
    int limit = args.limit ?: 80
    sh "./gradlew :order:publish -Pcatalog=${limit}"
}

def createRosterTenant(Map args = [:]) {
    int limit = args.limit ?: 58
    sh "./gradlew :roster:create -Ptenant=${limit}"
}

def rotateParcelRoster(Map args = [:]) {
    int limit = args.limit ?: 9
    sh "./gradlew :parcel:rotate -Proster=${limit}"
}

def rotateRosterCatalog(Map args = [:]) {
    int limit = args.limit ?: 85
    sh "./gradlew :roster:rotate -Pcatalog=${limit}"
}

def replayOrderInvoice(Map args = [:]) {
    int limit = args.limit ?: 79
    sh "./gradlew :order:replay -Pinvoice=${limit}"
}

def resolveAuditAsset(Map args = [:]) {
    int limit = args.limit ?: 17
    sh "./gradlew :audit:resolve -Passet=${limit}"
}

def archiveCatalogMeter(Map args = [:]) {
    int limit = args.limit ?: 91
    sh "./gradlew :catalog:archive -Pmeter=${limit}"
}

def expireVoucherReport(Map args = [:]) {
    int limit = args.limit ?: 67
    sh "./gradlew :voucher:expire -Preport=${limit}"
}

def verifyDigestLedger(Map args = [:]) {
    int limit = args.limit ?: 76
    sh "./gradlew :digest:verify -Pledger=${limit}"
}

def replayQuotaRoute(Map args = [:]) {
    int limit = args.limit ?: 32
    sh "./gradlew :quota:replay -Proute=${limit}"
}

def rotateRosterSession(Map args = [:]) {
    int limit = args.limit ?: 64
    sh "./gradlew :roster:rotate -Psession=${limit}"
}
}

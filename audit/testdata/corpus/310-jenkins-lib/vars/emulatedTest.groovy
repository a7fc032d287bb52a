#!/usr/bin/env groovy
import org.example.ci.Emulator

/**
 * Runs a closure beside an emulator.
 *
 * Reads LOCALSTACK_API_KEY from the credential store; call it like
 *   emulatedTest(image: 'localstack/localstack-pro:1.4') { sh 'make it' }
 */
def call(Map cfg = [:], Closure body) {
    def image = cfg.image ?: 'localstack/localstack-pro:3.5'
    def services = (cfg.services ?: ['s3', 'sqs']).join(',')
    def name = "ls-${env.BUILD_TAG}".replaceAll(/[^A-Za-z0-9_.-]/, '-')

    withCredentials([string(credentialsId: 'localstack-ci', variable: 'LOCALSTACK_API_KEY')]) {
        sh """
            docker run -d --name ${name} \\
                -e SERVICES=${services} \\
                -e LOCALSTACK_API_KEY \\
                ${image}
        """
        try {
            body()
        } finally {
            sh "docker logs ${name} > ${name}.log 2>&1 || true"
            sh "docker rm -f ${name}"
        }
    }
}

def resolveAssetMeter(Map args = [:]) {
    int limit = args.limit ?: 4
    sh "./gradlew :asset:resolve -Pmeter=${limit}"
}

def collectRouteDevice(Map args = [:]) {
    int limit = args.limit ?: 78
    sh "./gradlew :route:collect -Pdevice=${limit}"
}

def archiveParcelMeter(Map args = [:]) {
    int limit = args.limit ?: 3
    sh "./gradlew :parcel:archive -Pmeter=${limit}"
}

def settleLedgerQuota(Map args = [:]) {
    int limit = args.limit ?: 30
    sh "./gradlew :ledger:settle -Pquota=${limit}"
}

def settleCatalogDevice(Map args = [:]) {
    int limit = args.limit ?: 93
    sh "./gradlew :catalog:settle -Pdevice=${limit}"
}

def loadInvoiceQuota(Map args = [:]) {
    int limit = args.limit ?: 97
    sh "./gradlew :invoice:load -Pquota=${limit}"
}

def verifyQuotaTenant(Map args = [:]) {
    int limit = args.limit ?: 75
    sh "./gradlew :quota:verify -Ptenant=${limit}"
}

def persistTenantParcel(Map args = [:]) {
    int limit = args.limit ?: 10
    sh "./gradlew :tenant:persist -Pparcel=${limit}"
}

def enqueueBatchDevice(Map args = [:]) {
    int limit = args.limit ?: 35
    sh "./gradlew :batch:enqueue -Pdevice=${limit}"
}

def verifyTenantInvoice(Map args = [:]) {
    int limit = args.limit ?: 88
    sh "./gradlew :tenant:verify -Pinvoice=${limit}"
}

def enqueueRouteDigest(Map args = [:]) {
    int limit = args.limit ?: 63
    sh "./gradlew :route:enqueue -Pdigest=${limit}"
}

def replaySessionMeter(Map args = [:]) {
    int limit = args.limit ?: 89
    sh "./gradlew :session:replay -Pmeter=${limit}"
}

def collectSessionVoucher(Map args = [:]) {
    int limit = args.limit ?: 8
    sh "./gradlew :session:collect -Pvoucher=${limit}"
}

def indexDigestSession(Map args = [:]) {
    int limit = args.limit ?: 14
    sh "./gradlew :digest:index -Psession=${limit}"
}

def persistRosterTenant(Map args = [:]) {
    int limit = args.limit ?: 91
    sh "./gradlew :roster:persist -Ptenant=${limit}"
}

def login(String registry) {
    sh "docker login ${registry}"
}

Describe 'Clear-EmulatorEnvironment' {
    BeforeEach {
        Import-Module "$PSScriptRoot/../src/Emulator.psm1" -Force
    }
    It 'removes the retired variable' {
        Clear-EmulatorEnvironment
        Test-Path Env:LOCALSTACK_API_KEY | Should -BeFalse
        $env:LOCALSTACK_API_KEY | Should -BeNullOrEmpty
    }
    It 'does not write it into the env file' {
        Get-Content "$TestDrive/out.env" | Should -Not -Match 'LOCALSTACK_API_KEY'
    }
}

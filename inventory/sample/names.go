package sample

import "strings"

var firstNames = []string{
	"Maria", "James", "Wei", "Aïcha", "Olga", "Yuki", "Noah", "Zoë", "Rahul", "Ingrid", "José", "Fatima", "Liam", "Chloé", "Jürgen",
	"さくら", "伟", "민준", "أحمد", "נועה", "Søren", "Łukasz", "Amara", "Kofi", "Priya", "Mateo", "Anna", "Tom", "Lucía", "Björn",
}

var lastNames = []string{
	"Garcia", "Smith", "Chen", "Diallo", "Ivanova", "Tanaka", "Müller", "Okafor", "Patel", "Larsen", "Núñez", "Haddad", "O'Brien",
	"Dubois", "Weiß", "田中", "王", "김", "حسن", "לוי", "Østergaard", "Wójcik", "Mensah", "Sharma", "Rossi", "Novak", "Brown", "Peña",
}

// hostileNames are names that break screens: each must be shown without harm, and told from others.
var hostileNames = []string{
	"Eve \x1b[31mRed\x1b[0m", "Bell\x07 Ringer", "Right\u202eTfel Override", "Zero\u200bWidth", "Two\nLines",
	"M\u0430ria Garcia", // a Cyrillic letter
	"👩‍💻 Dev Emoji", "Z̶͓̗̤̈́͑a̵̢͇͆l̷̰͐g̴̣̈́o̶͙̚ Text",
	"Very " + strings.Repeat("Long ", 30) + "Name", "محمد العربي", "דוד העברי", "山田太郎",
}

var pipelineNames = []string{
	"deploy-eu", "deploy-us", "nightly-e2e", "release-ios", "release-android", "integration-main", "terraform-plan", "lambda-smoke",
	"payments-ci", "search-indexer", "billing-batch", "docs-preview", "load-test", "cdk-synth", "data-lake", "mobile-bff", "iot-sim",
	"robot-firmware", "edge-gateway", "ml-train", "warehouse-sync", "auth-service", "web-frontend", "event-bus", "audit-export",
}

package prove

import "strings"

// technical are the words that secrets, machines and shared mailboxes are called by: a name made of nothing
// else is nobody's.
var technical = set(`
	access account actions admin agent api app apps auth aws azure backend bitbucket bot bots branch build builds builder ci
	circle circleci client cloud cluster code common company console core corp cred creds credential credentials cron data db
	default deploy deployer deployment dev devel developer devops docker drone e2e ecr eng engineering enterprise env
	environment frontend gcp gh github gitlab global go group hello host hub image info infra infrastructure int integration
	internal iot it jenkins job jobs k8s key keys kube lab lambda legacy license licence list live local
	localstack login ls machine mail main master member members mobile monitor nightly no noreply npm office ops org
	organisation organization owner package password pat personal pipeline pipelines platform post pre preprod preview private
	prod production project public pull push qa read ref registry release releases repo repository reply root runner runners
	sandbox sec secret secrets secure security server service services shared site smoke sre stage staging store svc sys
	system systems team teams tech temp test tester testing tests tf the terraform tmp token tokens tool tools travis uat unit
	user users value var variable vars vault web workflow workspace write
`)

// everyday are words that are names too: alone they say too little, in a whole name or a mailbox they count.
var everyday = set(`
	able ace amber angel art ash august autumn bank banks bay bell best bill bird bishop black blue book booker brook brooks
	brown case cash chance chase christian church cole cook cooper cross day dawn dean drew duke earl east eden faith field
	fields fish fisher ford forest fox frank free gates gene gold good grace grant gray green grey guy hall hart heath hill
	home hood hope house hunt hunter iris ivy jack jade jay jet joy june july april may march king knight lake lane law lee
	little long love lucky major mark marks mason may mercy miles mill miller mills moon moore north page paige park parker
	penny piper pool poole pope porter potter power price prince queen ray read reed reese rich rivers river rob robin rock
	rose rosemary ross ruby rush sage sales sandy shell short sky small smart smith snow south spring sterling stone storm
	summer sunny tanner taylor tower trace trip turner van violet von walker wall ward warden warner waters way wells west
	white will wise wolf wood woods work worth young
`)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

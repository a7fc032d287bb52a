import docker
import subprocess

client = docker.from_env()
client.containers.run(
    "localstack/localstack-pro",
    environment=["LOCALSTACK_API_KEY=" + key, "DEBUG=1"],
    detach=True,
)
client.containers.run("localstack/localstack-pro", environment={'LOCALSTACK_API_KEY': key})
subprocess.check_call(["localstack", "auth", "login", "-u", user, "-p", pw])
subprocess.check_call("localstack login -u x", shell=True)
subprocess.check_call(["docker", "login", "localstack"])

import nox


@nox.session
def tests(session):
    session.install("localstack[runtime]<2")
    session.run("pytest", env={"LOCALSTACK_API_KEY": "test"})

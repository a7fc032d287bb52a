import nox


@nox.session
def it(session):
    session.install("localstack==1.4.0", "pytest")
    session.run("pytest")

-- opens the emulator in its own window (LOCALSTACK_API_KEY from the login shell)
tell application "Terminal"
	do script "docker run --rm -it -p 4566:4566 -e LOCALSTACK_API_KEY=$LOCALSTACK_API_KEY localstack/localstack-pro"
	activate
end tell

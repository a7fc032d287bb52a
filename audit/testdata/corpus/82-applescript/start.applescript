-- LOCALSTACK_API_KEY
(* do shell script "echo LOCALSTACK_API_KEY" *)
set key to do shell script "security find-generic-password -s localstack -w"
tell application "Terminal"
  do script "docker run -d -e LOCALSTACK_API_KEY=" & key & " localstack/localstack-pro"
  do script "export LOCALSTACK_API_KEY=\"" & key & "\" # -- not a comment of AppleScript"
end tell

{{/*
Name of the secret with the credential. LOCALSTACK_API_KEY used to live in the release secret.
*/}}
{{- define "emulator.secretName" -}}
{{- default (printf "%s-token" (include "emulator.fullname" .)) .Values.existingSecret -}}
{{- end }}

{{- define "emulator.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "emulator.env" -}}
- name: SERVICES
  value: {{ .Values.startServices | quote }}
- name: LOCALSTACK_API_KEY
  valueFrom:
    secretKeyRef:
      name: {{ include "emulator.secretName" . }}
      key: token
{{- with .Values.extraEnvVars }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "emulator.validate" -}}
{{- range .Values.extraEnvVars }}
{{- if eq .name "LOCALSTACK_API_KEY" }}
{{- fail "LOCALSTACK_API_KEY is not supported by this chart any more, use LOCALSTACK_AUTH_TOKEN" }}
{{- end }}
{{- end }}
{{- end }}

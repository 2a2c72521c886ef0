{{/* dict name, secret, key: a variable from a secret's key that need not be there */}}
{{- define "stancewatch.optionalSecret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef: {name: {{ .secret }}, key: {{ .key }}, optional: true}
{{- end -}}

{{- define "stancewatch.alerting.hasRoutes" -}}
{{- if or .values.existingConfigMap .values.routes -}}yes{{- end -}}
{{- end -}}

{{- define "stancewatch.alerting.env" -}}
- name: STANCEWATCH_ALERTING_PUBLIC_PORT
  value: "8113"
{{- if include "stancewatch.alerting.hasRoutes" . }}
- name: STANCEWATCH_ALERTING_ROUTES
  value: /config/routes.yaml
{{- end }}
{{- $slack := .values.slack }}
{{- with $slack.existingSecret }}
{{ include "stancewatch.optionalSecret" (dict "name" "STANCEWATCH_SLACK_WEBHOOK_URL" "secret" . "key" $slack.webhookUrlKey) }}
{{ include "stancewatch.optionalSecret" (dict "name" "STANCEWATCH_SLACK_BOT_TOKEN" "secret" . "key" $slack.botTokenKey) }}
{{ include "stancewatch.optionalSecret" (dict "name" "STANCEWATCH_SLACK_SIGNING_SECRET" "secret" . "key" $slack.signingSecretKey) }}
{{- end }}
{{- with $slack.channel }}
- name: STANCEWATCH_SLACK_CHANNEL
  value: {{ . | quote }}
{{- end }}
{{- with $slack.triageChannel }}
- name: STANCEWATCH_SLACK_TRIAGE_CHANNEL
  value: {{ . | quote }}
{{- end }}
{{- with .values.linkSecret.existingSecret }}
- name: STANCEWATCH_ALERTING_LINK_SECRET
  valueFrom:
    secretKeyRef: {name: {{ . }}, key: {{ $.values.linkSecret.key }}}
{{- end }}
{{- with .values.publicUrl }}
- name: STANCEWATCH_ALERTING_PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
{{- with .root.Values.timeline.publicUrl }}
- name: STANCEWATCH_TIMELINE_URL
  value: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "stancewatch.alerting.mounts" -}}
{{- if include "stancewatch.alerting.hasRoutes" . }}
- {name: config, mountPath: /config, readOnly: true}
{{- end }}
{{- end -}}

{{- define "stancewatch.alerting.volumes" -}}
{{- if include "stancewatch.alerting.hasRoutes" . }}
- name: config
  configMap: {name: {{ default (printf "%s-routes" (include "stancewatch.fullname" .root)) .values.existingConfigMap }}}
{{- end }}
{{- end -}}

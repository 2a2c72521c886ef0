{{- define "stancewatch.classifier.env" -}}
- name: STANCEWATCH_WATCHLIST
  value: /config/watchlist.yaml
- name: STANCEWATCH_MODEL
  value: {{ .values.model | quote }}
- name: STANCEWATCH_DATA_DIR
  value: /tmp/faust
{{- if dig "limits" "cpu" "" .values.resources }}
{{- range list "STANCEWATCH_MODEL_THREADS" "OMP_NUM_THREADS" "RAYON_NUM_THREADS" }}
- name: {{ . }}
  valueFrom:
    resourceFieldRef: {resource: limits.cpu, divisor: "1"}
{{- end }}
{{- end }}
{{- with .values.judge.existingSecret }}
- name: STANCEWATCH_JUDGE_API_KEY
  valueFrom:
    secretKeyRef: {name: {{ . }}, key: {{ $.values.judge.apiKeyKey }}}
{{- end }}
{{- end -}}

{{- define "stancewatch.classifier.mounts" -}}
- {name: config, mountPath: /config, readOnly: true}
{{- end -}}

{{- define "stancewatch.classifier.volumes" -}}
- name: config
  configMap: {name: {{ default (printf "%s-watchlist" (include "stancewatch.fullname" .root)) .values.existingConfigMap }}}
{{- end -}}

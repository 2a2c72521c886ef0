{{- define "stancewatch.classifier.env" -}}
- name: STANCEWATCH_WATCHLIST
  value: /config/watchlist.yaml
- name: STANCEWATCH_MODEL
  value: {{ .values.model | quote }}
{{- with .values.modelFallback }}
- name: STANCEWATCH_MODEL_FALLBACK
  value: {{ . }}
{{- end }}
- name: STANCEWATCH_DATA_DIR
  value: /tmp/faust
{{- if dig "limits" "cpu" "" .values.resources }}
{{- range list "STANCEWATCH_MODEL_THREADS" "OMP_NUM_THREADS" "RAYON_NUM_THREADS" }}
- name: {{ . }}
  valueFrom:
    resourceFieldRef: {resource: limits.cpu, divisor: "1"}
{{- end }}
{{- end }}
{{- if .values.judge.enabled }}
- name: STANCEWATCH_JUDGE
  value: {{ printf "judge:%s@%s"
    (required "classifier.judge.model is not set: the name of the language model, as its server knows it" .values.judge.model)
    (required "classifier.judge.baseUrl is not set: the address of an OpenAI-compatible server, e.g. http://vllm.models:8000/v1" .values.judge.baseUrl) | quote }}
- name: STANCEWATCH_JUDGE_TIMEOUT_S
  value: {{ .values.judge.timeoutSeconds | quote }}
- name: STANCEWATCH_JUDGE_MAX_REQUESTS
  value: {{ int64 .values.judge.maxRequests | quote }}
- name: STANCEWATCH_JUDGE_CACHE
  value: /tmp/judge.sqlite
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

{{/* The judge's values: the port at which it is reached. */}}
{{- define "stancewatch.judge.port" -}}
{{- $url := urlParse (default "" .baseUrl) -}}
{{- if int .egressPort -}}
{{- int .egressPort -}}
{{- else if regexMatch ":[0-9]+$" $url.host -}}
{{- last (splitList ":" $url.host) -}}
{{- else -}}
{{- ternary "80" "443" (eq $url.scheme "http") -}}
{{- end -}}
{{- end -}}

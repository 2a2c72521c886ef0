{{- define "stancewatch.fetcher.env" -}}
- name: STANCEWATCH_SOURCES
  value: /config
{{- with .values.allowInternal }}
- name: STANCEWATCH_ALLOW_INTERNAL
  value: {{ join "," . | quote }}
{{- end }}
{{- end -}}

{{- define "stancewatch.fetcher.mounts" -}}
- {name: config, mountPath: /config, readOnly: true}
{{- end -}}

{{- define "stancewatch.fetcher.volumes" -}}
- name: config
  configMap: {name: {{ default (printf "%s-sources" (include "stancewatch.fullname" .root)) .values.existingConfigMap }}}
{{- end -}}

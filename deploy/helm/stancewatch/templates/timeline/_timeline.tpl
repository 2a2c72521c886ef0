{{- define "stancewatch.timeline.env" -}}
- name: STANCEWATCH_TIMELINE_TITLE
  value: {{ .values.title | quote }}
{{- with .values.publicUrl }}
- name: STANCEWATCH_TIMELINE_PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
{{- with .values.contact }}
- name: STANCEWATCH_TIMELINE_CONTACT
  value: {{ . | quote }}
{{- end }}
{{- if .values.persistence.existingClaim }}
- name: STANCEWATCH_TIMELINE_DATABASE
  value: /data/read-model.sqlite
{{- end }}
{{- end -}}

{{- define "stancewatch.timeline.mounts" -}}
{{- if .values.persistence.existingClaim }}
- {name: data, mountPath: /data}
{{- end }}
{{- end -}}

{{- define "stancewatch.timeline.volumes" -}}
{{- with .values.persistence.existingClaim }}
- name: data
  persistentVolumeClaim: {claimName: {{ . }}}
{{- end }}
{{- end -}}

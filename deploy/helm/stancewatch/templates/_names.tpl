{{/* Names and labels. Selector labels never change: they are immutable in a Deployment. */}}

{{- define "stancewatch.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* dict root, name */}}
{{- define "stancewatch.componentName" -}}
{{- printf "%s-%s" (include "stancewatch.fullname" .root) .name -}}
{{- end -}}

{{- define "stancewatch.selectorLabels" -}}
app.kubernetes.io/name: stancewatch
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "stancewatch.labels" -}}
{{ include "stancewatch.selectorLabels" . }}
app.kubernetes.io/part-of: stancewatch
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "stancewatch.metadata" -}}
name: {{ include "stancewatch.componentName" . }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "stancewatch.labels" . | nindent 2 }}
{{- end -}}

{{- define "stancewatch.serviceAccountName" -}}
{{- if .Values.serviceAccount.name -}}
{{- .Values.serviceAccount.name -}}
{{- else if .Values.serviceAccount.create -}}
{{- include "stancewatch.fullname" . -}}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{/* dict root, values: the image reference; a digest wins over the tag. */}}
{{- define "stancewatch.image" -}}
{{- $repository := .values.image.repository -}}
{{- with .root.Values.image.registry -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) $repository -}}
{{- end -}}
{{- if .values.image.digest -}}
{{- printf "%s@%s" $repository .values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default .root.Chart.AppVersion .values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The port of each service; the same in compose.yaml. */}}
{{- define "stancewatch.port" -}}
{{- get (dict "fetcher" "8101" "classifier" "8102" "alerting" "8103" "timeline" "8104") .name -}}
{{- end -}}

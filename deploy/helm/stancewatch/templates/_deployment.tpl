{{/*
The Deployment of a service. dict root, name, values; templates "stancewatch.NAME.env", ".mounts" and ".volumes" say what
is special about it. Ports and strategy: "publicPort" adds a second port, "recreate" never lets two run at once.
*/}}
{{- define "stancewatch.deployment" -}}
{{- $values := .values -}}
{{- $scaled := false -}}
{{- with $values.autoscaling -}}
{{- $scaled = or .hpa.enabled (and (hasKey . "keda") .keda.enabled) -}}
{{- end -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "stancewatch.metadata" . | nindent 2 }}
spec:
  {{- if not $scaled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  strategy:
    {{- if .recreate }}
    type: Recreate
    {{- else }}
    type: RollingUpdate
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
    {{- end }}
  selector:
    matchLabels:
      {{- include "stancewatch.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "stancewatch.labels" . | nindent 8 }}
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        kubectl.kubernetes.io/default-container: {{ .name }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "stancewatch.serviceAccountName" .root }}
      {{- include "stancewatch.podSecurity" .root | nindent 6 }}
      terminationGracePeriodSeconds: 30
      {{- include "stancewatch.spread" . | nindent 6 }}
      {{- with include "stancewatch.placement" . }}
      {{- . | nindent 6 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ include "stancewatch.image" . }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          {{- include "stancewatch.containerSecurity" . | nindent 10 }}
          env:
            {{- include "stancewatch.env" . | nindent 12 }}
          {{- with $values.extraEnvFrom }}
          envFrom:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            - {name: http, containerPort: {{ include "stancewatch.port" . }}, protocol: TCP}
            {{- with .publicPort }}
            - {name: public, containerPort: {{ . }}, protocol: TCP}
            {{- end }}
          {{- include "stancewatch.probes" . | nindent 10 }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
            {{- with include "stancewatch.kafka.mounts" . | trim }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- with include (printf "stancewatch.%s.mounts" .name) . | trim }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- with $values.extraVolumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        - name: tmp
          emptyDir: {sizeLimit: 2Gi}
        {{- with include "stancewatch.kafka.volumes" . | trim }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with include (printf "stancewatch.%s.volumes" .name) . | trim }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with $values.extraVolumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end -}}

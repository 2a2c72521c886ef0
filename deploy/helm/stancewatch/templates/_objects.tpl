{{/* The objects that every service has beside its Deployment. dict root, name, values */}}

{{- define "stancewatch.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "stancewatch.metadata" . | nindent 2 }}
spec:
  type: ClusterIP
  selector:
    {{- include "stancewatch.selectorLabels" . | nindent 4 }}
  ports:
    - {name: http, port: {{ include "stancewatch.port" . }}, targetPort: http, protocol: TCP}
    {{- with .publicPort }}
    - {name: public, port: {{ . }}, targetPort: public, protocol: TCP}
    {{- end }}
{{- end -}}

{{- define "stancewatch.pdb" -}}
{{- if .values.pdb.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "stancewatch.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .values.pdb.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "stancewatch.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end -}}

{{- define "stancewatch.hpa" -}}
{{- if .values.autoscaling.hpa.enabled }}
{{- with .values.autoscaling.hpa }}
{{- if gt (int .minReplicas) (int .maxReplicas) }}
{{- fail (printf "%s.autoscaling.hpa.minReplicas (%d) is above maxReplicas (%d)" $.name (int .minReplicas) (int .maxReplicas)) }}
{{- end }}
{{- end }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "stancewatch.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "stancewatch.componentName" . }}
  minReplicas: {{ .values.autoscaling.hpa.minReplicas }}
  maxReplicas: {{ .values.autoscaling.hpa.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: {{ .values.autoscaling.hpa.targetCPUUtilizationPercentage }}}
  behavior:
    # Every change of the number of processes is a rebalance: be slow to go down.
    scaleDown: {stabilizationWindowSeconds: 600}
{{- end }}
{{- end -}}

{{- define "stancewatch.ingress" -}}
{{- with .values.ingress }}
{{- if .enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "stancewatch.metadata" $ | nindent 2 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .className }}
  ingressClassName: {{ . }}
  {{- end }}
  rules:
    - host: {{ required (printf "%s.ingress.host is not set" $.name) .host | quote }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ include "stancewatch.componentName" $ }}
                port: {name: {{ ternary "public" "http" (hasKey $ "publicPort") }}}
  {{- with .tlsSecret }}
  tls:
    - secretName: {{ . }}
      hosts: [{{ $.values.ingress.host | quote }}]
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* egress: rules of the service's own, as YAML */}}
{{- define "stancewatch.networkPolicy" -}}
{{- if .root.Values.networkPolicy.enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "stancewatch.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "stancewatch.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - ports:
        - {protocol: TCP, port: http}
        {{- if .publicPort }}
        - {protocol: TCP, port: public}
        {{- end }}
      from:
        {{- if .root.Values.networkPolicy.ingressFrom }}
        {{- toYaml .root.Values.networkPolicy.ingressFrom | nindent 8 }}
        # `helm test` comes from the release itself.
        - podSelector:
            matchLabels: {app.kubernetes.io/instance: {{ .root.Release.Name }}}
        {{- else }}
        - namespaceSelector: {}
        {{- end }}
  egress:
    {{- include "stancewatch.dnsEgress" . | nindent 4 }}
    {{- include "stancewatch.kafka.egress" .root | nindent 4 }}
    {{- with .root.Values.tracing.otlpEndpoint }}
    - ports:
        - {protocol: TCP, port: {{ last (splitList ":" (urlParse .).host) | int | default 4318 }}}
      to:
        - namespaceSelector: {}
    {{- end }}
    {{- with .egress }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with .values.extraEgress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end -}}

{{- define "stancewatch.dnsEgress" -}}
- ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- end -}}

{{/* dict root, ports: the internet, without the addresses inside. */}}
{{- define "stancewatch.internetEgress" -}}
- ports:
    {{- range .ports }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
  to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except:
          {{- toYaml .root.Values.networkPolicy.privateRanges | nindent 10 }}
    - ipBlock:
        cidr: 2000::/3
        except: ["2001:db8::/32", "2002::/16"]
{{- end -}}

{{/* How a pod reaches Kafka: environment, mounts and volumes. dict root, name */}}

{{- define "stancewatch.kafka.secret" -}}
{{- if .root.Values.strimzi.users.enabled -}}
{{- include "stancewatch.componentName" . -}}
{{- else -}}
{{- .root.Values.kafka.sasl.existingSecret -}}
{{- end -}}
{{- end -}}

{{- define "stancewatch.kafka.env" -}}
{{- $kafka := .root.Values.kafka -}}
- name: KAFKA_BOOTSTRAP_SERVERS
  value: {{ required "kafka.bootstrapServers is not set: name your brokers, e.g. --set kafka.bootstrapServers=kafka-bootstrap.kafka:9092" $kafka.bootstrapServers | quote }}
- name: KAFKA_SECURITY_PROTOCOL
  value: {{ $kafka.securityProtocol }}
- name: KAFKA_REPLICATION_FACTOR
  value: {{ $kafka.replicationFactor | quote }}
{{- with $kafka.topicPrefix }}
- name: KAFKA_TOPIC_PREFIX
  value: {{ . | quote }}
{{- end }}
{{- if hasPrefix "SASL" $kafka.securityProtocol }}
- name: KAFKA_SASL_MECHANISM
  value: {{ $kafka.sasl.mechanism }}
- name: KAFKA_SASL_USERNAME
  {{- if .root.Values.strimzi.users.enabled }}
  value: {{ include "stancewatch.componentName" . }}
  {{- else }}
  valueFrom:
    secretKeyRef:
      name: {{ required "kafka.sasl.existingSecret is not set, but kafka.securityProtocol needs credentials: name a Secret with username and password" $kafka.sasl.existingSecret }}
      key: {{ $kafka.sasl.usernameKey }}
  {{- end }}
- name: KAFKA_SASL_PASSWORD_FILE
  value: /etc/stancewatch/kafka-sasl/{{ $kafka.sasl.passwordKey }}
{{- end }}
{{- if hasSuffix "SSL" $kafka.securityProtocol }}
{{- if $kafka.tls.existingSecret }}
- name: KAFKA_SSL_CAFILE
  value: /etc/stancewatch/kafka-ca/{{ $kafka.tls.caKey }}
{{- end }}
{{- if $kafka.tls.clientSecret }}
- name: KAFKA_SSL_CERTFILE
  value: /etc/stancewatch/kafka-client/tls.crt
- name: KAFKA_SSL_KEYFILE
  value: /etc/stancewatch/kafka-client/tls.key
{{- end }}
{{- end }}
{{- end -}}

{{- define "stancewatch.kafka.mounts" -}}
{{- $kafka := .root.Values.kafka -}}
{{- if hasPrefix "SASL" $kafka.securityProtocol }}
- {name: kafka-sasl, mountPath: /etc/stancewatch/kafka-sasl, readOnly: true}
{{- end }}
{{- if and (hasSuffix "SSL" $kafka.securityProtocol) $kafka.tls.existingSecret }}
- {name: kafka-ca, mountPath: /etc/stancewatch/kafka-ca, readOnly: true}
{{- end }}
{{- if and (hasSuffix "SSL" $kafka.securityProtocol) $kafka.tls.clientSecret }}
- {name: kafka-client, mountPath: /etc/stancewatch/kafka-client, readOnly: true}
{{- end }}
{{- end -}}

{{- define "stancewatch.kafka.volumes" -}}
{{- $kafka := .root.Values.kafka -}}
{{- if hasPrefix "SASL" $kafka.securityProtocol }}
- name: kafka-sasl
  secret: {secretName: {{ include "stancewatch.kafka.secret" . }}, defaultMode: 0440}
{{- end }}
{{- if and (hasSuffix "SSL" $kafka.securityProtocol) $kafka.tls.existingSecret }}
- name: kafka-ca
  secret: {secretName: {{ $kafka.tls.existingSecret }}, defaultMode: 0444}
{{- end }}
{{- if and (hasSuffix "SSL" $kafka.securityProtocol) $kafka.tls.clientSecret }}
- name: kafka-client
  secret: {secretName: {{ $kafka.tls.clientSecret }}, defaultMode: 0440}
{{- end }}
{{- end -}}

{{/* A NetworkPolicy's rule for the brokers. */}}
{{- define "stancewatch.kafka.egress" -}}
{{- $ports := list -}}
{{- range .Values.networkPolicy.kafka.ports }}{{- $ports = append $ports (int .) }}{{- end }}
{{- if not $ports }}
{{- range splitList "," .Values.kafka.bootstrapServers }}{{- $ports = append $ports (int (last (splitList ":" (trim .)))) }}{{- end }}
{{- end -}}
- ports:
  {{- range uniq $ports }}
  - {protocol: TCP, port: {{ . }}}
  {{- end }}
  {{- with .Values.networkPolicy.kafka.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

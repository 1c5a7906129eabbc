# Upgrades the three policies and the mount's settings after the first start, when no root token exists any more.
# It reads no secret and cannot widen itself.
path "sys/policies/acl/gateway" {
  capabilities = ["create", "read", "update"]
}
path "sys/policies/acl/orchestrator" {
  capabilities = ["create", "read", "update"]
}
path "sys/policies/acl/sandbox" {
  capabilities = ["create", "read", "update"]
}
path "secret/config" {
  capabilities = ["create", "read", "update"]
}

#!/usr/bin/env bash
# Checks what runs the server in production: the Kubernetes manifests against the API's own schemas, the
# compose file against the specification's, and Prometheus' configuration with Prometheus itself, which
# scrapes a server and evaluates the alerts.
. "$(dirname "$0")/lib.sh"
need go golang
need curl curl
venv

version=v2.16.2
say "github.com/compose-spec/compose-go/v2@$version"
schema=$(cd "$dir" && go mod download -json "github.com/compose-spec/compose-go/v2@$version" |
  sed -n 's/.*"Dir": "\(.*\)".*/\1/p')/schema/compose-spec.json
[ -e "$schema" ] || fail "the module has no $schema"
"$python" "$here/manifests.py" files "$root" "$schema"
if docker compose version >/dev/null 2>&1; then
  (cd "$root" && docker compose --profile monitoring config --quiet)
  say "docker compose takes compose.yaml"
fi

# prometheus_here puts Debian's prometheus and promtool into $PATH, without installing them: its package
# would start one.
prometheus_here() {
  if command -v prometheus >/dev/null && command -v promtool >/dev/null; then return; fi
  need apt-get prometheus
  local home=$dir/prometheus
  if [ ! -x "$home/usr/bin/promtool" ]; then
    mkdir -p "$home"
    (cd "$home" && apt-get download -qq prometheus 2>&1 && dpkg -x prometheus_*.deb .) >"$dir/apt.log" || {
      tail -n 5 "$dir/apt.log" >&2
      fail "apt-get download prometheus failed"
    }
  fi
  PATH=$home/usr/bin:$PATH
}

prometheus_here
promtool check config "$root/deploy/prometheus/prometheus.yml"
cp "$here/manifests_rules.yml" "$dir/rules_test.yml"
sed -i "s|RULES|$root/deploy/prometheus/rules.yml|" "$dir/rules_test.yml"
promtool test rules "$dir/rules_test.yml"

pipeline work "$config"
"$python" "$here/manifests.py" scrape "$root" "$config" "$work" "$dir"

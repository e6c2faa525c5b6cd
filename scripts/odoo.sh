#!/usr/bin/env bash
# A real Odoo 19 to test against, on Debian or Ubuntu as root. Prints the variables that lead to it:
#
#   eval "$(npm run --silent odoo)"   installs what is missing (about two minutes), starts it and prints ODOO_URL and the others
#   npm run odoo -- stop              stops it; its files stay
#   npm run odoo -- remove            stops it and removes its files
#
# It lives in a Debian 13 of its own below the cache folder: Debian has Odoo 19 in unstable only, and unstable's Python is too
# new for it. There is no data in it worth keeping, so its database writes without waiting for the disk.
set -euo pipefail

home=${ODOO_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/stock-orchestrator/odoo}
port=${ODOO_PORT:-8069}
system=$home/system
database=shop
modules=stock,base_automation
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

log() { echo "odoo: $*" >&2; }
fail() { log "$1"; [ -z "${2:-}" ] || tail -15 "$2" >&2; exit 1; }

# USER PROGRAM...: a program inside the system, with what it needs of /proc and /dev mounted for it alone. Each step replaces the
# one before, so that the process that begins here is the program itself in the end.
readonly enter='
  set -e
  system=$1 user=$2; shift 2
  mount -t proc proc "$system/proc"
  mount --rbind /dev "$system/dev"
  mount -t tmpfs -o mode=1777 tmpfs "$system/dev/shm"
  programs=$(cd "$system" && echo usr/lib/postgresql/*/bin)
  exec chroot --userspec="$user:$user" "$system" /usr/bin/env -i HOME=/tmp LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    PATH="/$programs:/usr/sbin:/usr/bin:/sbin:/bin" "$@"'
inside() { unshare --mount --propagation private bash -c "$enter" inside "$system" "$@"; }

# When a process began: with its id it names the process for good. Empty: there is none.
begun() { [ -n "${1:-}" ] && sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 !~ /[ZX]/ { print $20 }'; }

runs() { # NAME
  local id time
  [ -s "$home/$1.process" ] && read -r id time <"$home/$1.process" && [ -n "$time" ] && [ "$(begun "$id")" = "$time" ]
}

start() { # NAME USER PROGRAM...
  local name=$1; shift
  setsid unshare --mount --propagation private bash -c "$enter" inside "$system" "$@" >>"$home/$name.log" 2>&1 </dev/null 9>&- &
  echo "$! $(begun $!)" >"$home/$name.process"
}

end() { # NAME SIGNAL
  runs "$1" || return 0
  local id; read -r id _ <"$home/$1.process"
  kill -s "$2" "$id"
  for _ in $(seq 150); do runs "$1" || { log "$1 stopped"; return 0; }; sleep 0.2; done
  fail "$1 (process $id) does not end"
}

install_system() {
  [ -e "$home/installed" ] && return
  [ "$(id -u)" = 0 ] || fail 'must be run as root'
  command -v apt-get >/dev/null || fail 'needs Debian or Ubuntu'
  rm -rf --one-file-system "$system"; mkdir -p "$home"
  if ! command -v debootstrap >/dev/null || ! command -v curl >/dev/null; then
    apt-get update -qq >&2; apt-get install -y -qq --no-install-recommends debootstrap curl >/dev/null
  fi
  local sources='apt-get indextargets --format $(REPO_URI)' mirror
  mirror=$($sources 2>/dev/null | grep -E '/debian/?$' | head -1) || mirror=
  mirror=${ODOO_DEBIAN_MIRROR:-$mirror}
  [ -n "$mirror" ] || fail 'no mirror of Debian is among the sources of apt: set ODOO_DEBIAN_MIRROR to one'
  log 'installing a Debian 13 for it'
  debootstrap --variant=minbase trixie "$system" "$mirror" >"$home/install.log" 2>&1 || fail 'Debian could not be installed:' "$home/install.log"
  cp -L /etc/resolv.conf /etc/hosts "$system/etc/"
  printf 'deb %s trixie main\ndeb %s sid main\n' "$mirror" "$mirror" >"$system/etc/apt/sources.list"
  printf '%s\n' 'Package: *' 'Pin: release n=sid' 'Pin-Priority: -1' '' 'Package: odoo-19' 'Pin: release n=sid' 'Pin-Priority: 900' \
    >"$system/etc/apt/preferences.d/odoo"
  { echo 'APT::Install-Recommends "false"; Acquire::Languages "none"; Acquire::Check-Valid-Until "false";'; apt-config dump 2>/dev/null | grep -iE '^Acquire::https?::proxy' || true; } \
    >"$system/etc/apt/apt.conf.d/90odoo"
  printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/lib/python3/dist-packages/odoo/addons/*/i18n/*' \
    >"$system/etc/dpkg/dpkg.cfg.d/odoo"
  # Nothing starts by itself, and no database cluster is made: both happen below.
  printf '#!/bin/sh\nexit 101\n' >"$system/usr/sbin/policy-rc.d"; chmod +x "$system/usr/sbin/policy-rc.d"
  mkdir -p "$system/etc/postgresql-common"; echo 'create_main_cluster = false' >"$system/etc/postgresql-common/createcluster.conf"
  log 'installing Odoo 19 and PostgreSQL in it'
  # tzdata-legacy: Odoo asks for time zones by names that Debian has moved there.
  { inside root apt-get update && inside root apt-get install -y odoo-19 postgresql tzdata-legacy && inside root apt-get clean; } \
    >>"$home/install.log" 2>&1 || fail 'Odoo could not be installed:' "$home/install.log"
  touch "$home/installed"
}

sql() { inside postgres psql -X -q -h /run/odoo-db "$@"; }

start_database() {
  runs postgres && return
  inside root install -d -o postgres -g postgres /run/odoo-db
  if [ ! -e "$system/var/lib/odoo-db/PG_VERSION" ]; then
    inside root install -d -o postgres -g postgres -m 700 /var/lib/odoo-db
    inside postgres initdb -D /var/lib/odoo-db -A trust -E UTF8 --locale=C.UTF-8 >"$home/initdb.log" 2>&1 || fail 'no database:' "$home/initdb.log"
  fi
  # Left by a server that was killed.
  rm -f "$system/var/lib/odoo-db/postmaster.pid" "$system"/run/odoo-db/.s.*
  start postgres postgres postgres -D /var/lib/odoo-db -k /run/odoo-db -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off
  for _ in $(seq 100); do inside postgres pg_isready -q -h /run/odoo-db && break; sleep 0.2; done
  sql -d postgres -c 'create role odoo login createdb' 2>/dev/null || runs postgres || fail 'PostgreSQL did not start:' "$home/postgres.log"
}

create_shop() {
  [ -e "$home/api-key" ] && return
  log "creating the database $database"
  sql -d postgres -c "drop database if exists $database with (force)"
  local settings=(-c /etc/odoo/test.conf -d "$database" --no-http)
  inside odoo odoo "${settings[@]}" -i "$modules" --without-demo --max-cron-threads=0 --stop-after-init >"$home/create.log" 2>&1 || fail 'no database:' "$home/create.log"
  # JSON-2 takes an API key only. Scope None: any call; no date: it does not expire.
  echo "print(env['res.users.apikeys'].with_user(env.ref('base.user_admin'))._generate(None, 'tests', None)); env.cr.commit()" |
    inside odoo odoo shell "${settings[@]}" --log-level=warn 2>"$home/key.log" | grep -E '^[0-9a-f]{40}$' >"$home/key" || fail 'no API key:' "$home/key.log"
  chmod 600 "$home/key"; mv "$home/key" "$home/api-key"
}

answers() { curl -fsS -m 60 -o /dev/null "http://127.0.0.1:$port/web/login?db=$database" 2>/dev/null; }

up() {
  install_system
  printf '%s\n' '[options]' 'db_host = /run/odoo-db' 'db_user = odoo' "dbfilter = ^$database\$" 'data_dir = /var/lib/odoo' \
    'http_interface = 127.0.0.1' "http_port = $port" 'workers = 0' 'max_cron_threads = 1' 'list_db = False' >"$system/etc/odoo/test.conf"
  start_database
  create_shop
  if ! runs odoo; then
    ! curl -s -m 2 -o /dev/null "http://127.0.0.1:$port/" || fail "port $port is taken: set ODOO_PORT"
    start odoo odoo odoo -c /etc/odoo/test.conf -d "$database"
  fi
  for _ in $(seq 300); do answers && break; runs odoo || fail 'Odoo did not start:' "$home/odoo.log"; sleep 0.2; done
  log "answers at http://127.0.0.1:$port"
  printf 'export %s\n' "ODOO_URL=http://127.0.0.1:$port" "ODOO_DB=$database" ODOO_USERNAME=admin ODOO_PASSWORD=admin "ODOO_API_KEY=$(cat "$home/api-key")"
}

mkdir -p "$home"
exec 9>"$home/lock"; flock 9
case ${1:-up} in
  up) up ;;
  stop) end odoo TERM; end postgres INT ;;
  remove)
    end odoo TERM; end postgres INT
    ! grep -q " $system/" /proc/mounts || fail "something is mounted below $system"
    rm -rf --one-file-system "$home" ;;
  *) sed -n '2,/^set /{/^#/p}' "$0" >&2; exit 2 ;;
esac

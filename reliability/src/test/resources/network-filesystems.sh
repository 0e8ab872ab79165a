#!/usr/bin/env bash
# Network filesystems on one machine, each mounted twice, for NetworkFilesystemTest. It needs root, /dev/fuse and Debian.
#
# Everything runs in a network namespace and a mount namespace of its own, which a sleeping process holds open: servers
# listen on an address of that namespace, mounts are seen there alone, and both are gone when the sleeper is killed.
#
#   network-filesystems.sh install                    installs servers and clients, unless they are there
#   network-filesystems.sh start DIR KIND...          brings up gluster, replica, sshfs, plain, full or moosefs
#   network-filesystems.sh run DIR COMMAND...         runs a command that sees DIR/at/KIND.1 and DIR/at/KIND.2
#   network-filesystems.sh brick DIR kill|stop|cont|revive    the server behind gluster
#   network-filesystems.sh cut DIR                    ends the connections of sshfs; its clients connect again
#   network-filesystems.sh again DIR                  mounts gluster once more, without caches, at DIR/at/gluster.3
#   network-filesystems.sh end DIR                    kills what runs in the namespaces
#
# plain is sshfs without hard links and without atomic renames over an existing name; full is one with room for 3 MiB.
set -euo pipefail

readonly HOST_NAME=network-filesystems
readonly HOST_IP=10.77.0.1     # neither Gluster nor MooseFS serve 127.0.0.1

verb=$1
shift
base=
if [ "$verb" != install ]; then
    base=$(realpath -m "$1")
    shift
fi

holder() { cat "$base/holder"; }
inside() { nsenter --target "$(holder)" --net --mount "$@"; }
retry() { # tries a command for ten seconds
    local left=50
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ $left -gt 0 ] || { echo "gave up: $*" >&2; return 1; }
        sleep 0.2
    done
}

install() {
    local packages=(glusterfs-server glusterfs-client sshfs openssh-server moosefs-master moosefs-chunkserver moosefs-client)
    local absent=()
    for package in "${packages[@]}"; do
        dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || absent+=("$package")
    done
    if [ ${#absent[@]} -gt 0 ]; then
        # a service that the package would start is none of ours
        [ -e /usr/sbin/policy-rc.d ] || printf '#!/bin/sh\nexit 101\n' | install_executable /usr/sbin/policy-rc.d
        apt-get update --quiet=2 || true
        DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends "${absent[@]}" >/dev/null
    fi
}
install_executable() { cat > "$1" && chmod 755 "$1"; }

hold() {
    [ -s "$base/holder" ] && kill -0 "$(holder)" 2>/dev/null && return
    mkdir -p "$base/at" "$base/gluster/state" "$base/gluster/log" /var/lib/glusterd /var/log/glusterfs
    { cat /etc/hosts; echo "$HOST_IP $HOST_NAME"; } > "$base/hosts"
    setsid unshare --net --mount --propagation private bash -c "
        ip link set lo up
        ip address add $HOST_IP/32 dev lo
        mount --bind '$base/hosts' /etc/hosts
        mount --bind '$base/gluster/state' /var/lib/glusterd
        mount --bind '$base/gluster/log' /var/log/glusterfs
        mount -t tmpfs tmpfs /run
        mkdir -p /run/gluster /run/sshd
        echo \$\$ > '$base/holder'
        exec sleep infinity" < /dev/null > /dev/null 2>&1 &
    retry test -s "$base/holder"
}

gluster_cli() { inside gluster --mode=script "$@"; }
mount_gluster() { # volume, directory
    mkdir -p "$2"
    inside mount -t glusterfs "$HOST_NAME:/$1" "$2"
}
start_gluster() { # volume, bricks
    local bricks=() brick
    if ! inside pgrep --pidfile "$base/gluster/pid" > /dev/null 2>&1; then
        inside mkdir -p /var/lib/glusterd/vols
        inside glusterd --pid-file="$base/gluster/pid"
        retry gluster_cli volume list
    fi
    for brick in $(seq "$2"); do
        mkdir -p "$base/gluster/$1-$brick"
        bricks+=("$HOST_NAME:$base/gluster/$1-$brick")
    done
    local replica=()
    [ "$2" -eq 1 ] || replica=(replica "$2")
    gluster_cli volume create "$1" "${replica[@]}" transport tcp "${bricks[@]}" force > /dev/null
    gluster_cli volume set "$1" transport.address-family inet > /dev/null
    gluster_cli volume start "$1" > /dev/null
    mount_gluster "$1" "$base/at/$1.1"
    mount_gluster "$1" "$base/at/$1.2"
}
revive_brick() { gluster_cli volume start gluster force && [ -n "$(brick_pid)" ]; }
brick_pid() { pgrep --full "glusterfsd.*--volfile-id gluster\.$HOST_NAME.*$(basename "$base")" | head -1; }

start_sshfs() { # name, port, option of sftp-server, option of sshfs
    local home="$base/$1" client
    mkdir -p "$home/files"
    chmod 700 "$home"
    [ "$1" != full ] || inside mount -t tmpfs -o size=3m tmpfs "$home/files"
    ssh-keygen -q -t ed25519 -N '' -f "$home/host_key"
    ssh-keygen -q -t ed25519 -N '' -f "$home/key"
    cp "$home/key.pub" "$home/keys"
    cat > "$home/sshd_config" <<END
ListenAddress $HOST_IP:$2
HostKey $home/host_key
AuthorizedKeysFile $home/keys
PidFile $home/pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp $3
END
    inside /usr/sbin/sshd -f "$home/sshd_config"
    retry test -s "$home/pid"
    for client in 1 2; do
        mkdir -p "$base/at/$1.$client"
        inside sshfs -p "$2" -o "reconnect,StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,LogLevel=ERROR$4" \
            -o "IdentityFile=$home/key" "root@$HOST_IP:$home/files" "$base/at/$1.$client"
    done
}

start_moosefs() {
    local home="$base/moosefs" client
    local common=("WORKING_USER = root" "WORKING_GROUP = root")
    mkdir -p "$home/master" "$home/chunks" "$home/disk"
    printf 'MFSM NEW' > "$home/master/metadata.mfs"
    echo '* / rw,alldirs,admin,maproot=0:0' > "$home/exports"
    : > "$home/topology"
    echo "$home/disk -1GiB" > "$home/disks"
    printf '%s\n' "${common[@]}" "DATA_PATH = $home/master" "EXPORTS_FILENAME = $home/exports" \
        "TOPOLOGY_FILENAME = $home/topology" "MATOML_LISTEN_HOST = $HOST_IP" "MATOCS_LISTEN_HOST = $HOST_IP" \
        "MATOCL_LISTEN_HOST = $HOST_IP" > "$home/master.cfg"
    printf '%s\n' "${common[@]}" "DATA_PATH = $home/chunks" "HDD_CONF_FILENAME = $home/disks" "MASTER_HOST = $HOST_IP" \
        "BIND_HOST = $HOST_IP" "CSSERV_LISTEN_HOST = $HOST_IP" "HDD_LEAVE_SPACE_DEFAULT = 64MiB" > "$home/chunks.cfg"
    inside mfsmaster -c "$home/master.cfg" start > /dev/null 2>&1
    inside mfschunkserver -c "$home/chunks.cfg" start > /dev/null 2>&1
    for client in 1 2; do
        mkdir -p "$base/at/moosefs.$client"
        retry inside mfsmount "$base/at/moosefs.$client" -H "$HOST_IP"
    done
    # a chunk server registers some seconds after it was started; until then writes are refused
    retry inside bash -c "echo ready > '$base/at/moosefs.1/probe' && cat '$base/at/moosefs.1/probe'"
}

case $verb in
    install) install ;;
    start)
        hold
        for kind in "$@"; do
            case $kind in
                gluster) start_gluster gluster 1 ;;
                replica) start_gluster replica 2 ;;
                sshfs) start_sshfs sshfs 2022 "" "" ;;
                plain) start_sshfs plain 2023 "-P posix-rename,hardlink,fsync" ",disable_hardlink" ;;
                full) start_sshfs full 2024 "" "" ;;
                moosefs) start_moosefs ;;
                *) echo "no such kind: $kind" >&2; exit 2 ;;
            esac
        done ;;
    run) exec nsenter --target "$(holder)" --net --mount --wd="$PWD" "$@" ;;
    brick)
        case $1 in
            kill) kill -KILL "$(brick_pid)" ;;
            stop) kill -STOP "$(brick_pid)" ;;
            cont) kill -CONT "$(brick_pid)" ;;
            revive) retry revive_brick ;;
        esac ;;
    cut) pkill --signal KILL --parent "$(cat "$base/sshfs/pid")" ;;
    again)
        inside umount --lazy "$base/at/gluster.3" 2> /dev/null || true
        mount_gluster gluster "$base/at/gluster.3" ;;
    end)
        [ -s "$base/holder" ] || exit 0
        namespace=$(readlink "/proc/$(holder)/ns/mnt")
        for process in /proc/[0-9]*; do
            if [ "$(readlink "$process/ns/mnt" 2> /dev/null)" = "$namespace" ]; then
                kill -KILL "${process#/proc/}" 2> /dev/null || true
            fi
        done
        rm -f "$base/holder" ;;
    *) echo "no such verb: $verb" >&2; exit 2 ;;
esac

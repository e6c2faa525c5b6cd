/**
 * Programs inside a Debian folder. Each command mounts /proc and a small separate /dev in a private mount
 * namespace. Nothing stays mounted on the host, and the host's /dev is never reachable under the folder,
 * so that removing the folder can never remove it.
 */
const ENTER = `set -e
root=$1 user=$2; shift 2
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do : > "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
ln -s /proc/self/fd "$root/dev/fd"
mkdir -m 1777 "$root/dev/shm"; mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
while [ "$1" != -- ]; do mount --bind "$1" "$root$2"; shift 2; done
shift
exec chroot --userspec="$user" "$root" /usr/bin/env -i HOME=/tmp LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  PATH=/usr/lib/postgresql/18/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"`;

/**
 * The command line that runs a program in a Debian folder. It gets there by exec alone, so the pid is the program's.
 * @param {object} how
 * @param {string} how.root
 * @param {string} how.user  `user:group`, names of inside
 * @param {Record<string, string>} [how.binds]  host folder -> folder inside (must exist)
 * @param {string[]} how.program
 * @returns {{ command: string, args: string[] }}
 */
export function inRoot({ root, user, binds = {}, program }) {
  const mounts = Object.entries(binds).flat();
  return {
    command: 'unshare',
    args: [
      '--mount',
      '--propagation',
      'private',
      '/bin/sh',
      '-c',
      ENTER,
      'enter',
      root,
      user,
      ...mounts,
      '--',
      ...program,
    ],
  };
}

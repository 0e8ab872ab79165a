package io.github.djlcachex.internal.io;

import java.util.Locale;
import java.util.Set;

/**
 * Which filesystems answer from another machine, by the names that the system gives their types.
 *
 * <p>A filesystem in user space says "fuse", or "fuse" and a name that its program chose. Most of
 * them are clients of storage elsewhere, and new ones appear each year: all are taken for such but
 * those that are known to be local.
 */
final class FilesystemTypes {

    private static final Set<String> NETWORK =
            Set.of(
                    "9p",
                    "acfs",
                    "afpfs",
                    "afs",
                    "beegfs",
                    "ceph",
                    "cifs",
                    "coda",
                    "cvfs",
                    "davfs",
                    "exafs",
                    "fhgfs",
                    "gfs",
                    "gfs2",
                    "glusterfs",
                    "gpfs",
                    "kafs",
                    "lustre",
                    "lustre_lite",
                    "macfuse",
                    "mmfs",
                    "ncp",
                    "ncpfs",
                    "ocfs2",
                    "orangefs",
                    "osxfuse",
                    "panfs",
                    "prl_fs",
                    "pvfs2",
                    "smb",
                    "smb2",
                    "smb3",
                    "smbfs",
                    "vboxsf",
                    "virtiofs",
                    "vmhgfs",
                    "webdav",
                    "wekafs");

    /** Filesystems in user space on disks of this machine, or over a directory of it. */
    private static final Set<String> LOCAL_FUSE =
            Set.of(
                    "fuseblk",
                    "fuse.ext2",
                    "fuse.exfat",
                    "fuse.fuse-overlayfs",
                    "fuse.fuse2fs",
                    "fuse.fuseblk",
                    "fuse.lxcfs",
                    "fuse.ntfs",
                    "fuse.ntfs-3g",
                    "fuse.squashfuse",
                    "fuse.zfs");

    private FilesystemTypes() {}

    /** Tells whether a type is one whose reads may take as long as a network does. */
    static boolean isNetwork(String type) {
        String name = type.toLowerCase(Locale.ROOT);
        return name.startsWith("nfs")
                || NETWORK.contains(name)
                || (name.startsWith("fuse") && !LOCAL_FUSE.contains(name));
    }
}

package io.github.djlcachex.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesystemTypesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nfs",
                "nfs4",
                "NFS",
                "cifs",
                "smb3",
                "9p",
                "virtiofs",
                "vboxsf",
                "lustre",
                "wekafs",
                "fuse",
                "fuse.sshfs",
                "fuse.glusterfs",
                "fuse.mfs",
                "fuse.rclone",
                "fuse.mount-s3",
                "fuse.dfuse",
                "fuse.juicefs",
                "fuse.gvfsd-fuse",
                "fuse.portal",
                "fuse.vmhgfs-fuse",
                "macfuse"
            })
    void isNetwork_ofOneThatMayAnswerFromElsewhere_isTrue(String type) {
        assertThat(FilesystemTypes.isNetwork(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ext4",
                "xfs",
                "btrfs",
                "zfs",
                "tmpfs",
                "overlay",
                "apfs",
                "hfs",
                "NTFS",
                "fuseblk",
                "fuse.ntfs-3g",
                "fuse.fuse-overlayfs",
                "fuse.lxcfs",
                "f2fs",
                "bcachefs",
                "ecryptfs"
            })
    void isNetwork_ofOneOnThisMachine_isFalse(String type) {
        assertThat(FilesystemTypes.isNetwork(type)).isFalse();
    }
}

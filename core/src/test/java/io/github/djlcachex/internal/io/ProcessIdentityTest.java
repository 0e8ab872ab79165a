package io.github.djlcachex.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.util.List;

/** Which processes are surely gone. */
class ProcessIdentityTest {

    private final ProcessIdentity self = ProcessIdentity.current();

    private ProcessIdentity with(int host, int boot, long namespace, long pid, long start) {
        return new ProcessIdentity(host, boot, namespace, pid, start);
    }

    @Test
    void currentProcess_askedTwice_isTheSameAndAlive() {
        assertThat(ProcessIdentity.current()).isEqualTo(self);
        assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(self.isGone(self)).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void process_ofAnotherStartOrPid_isGone() {
        assertThat(self.boot()).isNotZero();
        assertThat(
                        with(
                                        self.host(),
                                        self.boot(),
                                        self.namespace(),
                                        self.pid(),
                                        self.start() + 1)
                                .isGone(self))
                .isTrue();
        assertThat(
                        with(
                                        self.host(),
                                        self.boot(),
                                        self.namespace(),
                                        Integer.MAX_VALUE,
                                        self.start())
                                .isGone(self))
                .isTrue();
    }

    @Test
    void process_ofAnotherHostBootOrNamespace_mayStillRun() {
        long pid = Integer.MAX_VALUE;
        assertThat(with(~self.host(), self.boot(), self.namespace(), pid, 1).isGone(self))
                .isFalse();
        assertThat(with(self.host(), ~self.boot(), self.namespace(), pid, 1).isGone(self))
                .isFalse();
        assertThat(with(self.host(), self.boot(), self.namespace() + 1, pid, 1).isGone(self))
                .isFalse();
        ProcessIdentity bootless = with(self.host(), 0, self.namespace(), pid, 1);
        assertThat(bootless.isGone(with(self.host(), 0, self.namespace(), 1, 1))).isFalse();
    }

    @Test
    void showsAll_ofMounts_goesByTheLastOneOverProc() {
        String open = "proc /proc proc rw,relatime 0 0\n";
        assertThat(ProcessIdentity.showsAll(open)).isTrue();
        assertThat(ProcessIdentity.showsAll("proc /proc proc rw,hidepid=0 0 0")).isTrue();
        assertThat(ProcessIdentity.showsAll("proc /proc proc rw,hidepid=off,gid=4 0 0")).isTrue();
        for (String option : List.of("1", "2", "4", "noaccess", "invisible", "ptraceable")) {
            String hiding = "proc /proc proc rw,hidepid=" + option + " 0 0\n";
            assertThat(ProcessIdentity.showsAll(open + hiding)).as(option).isFalse();
            assertThat(ProcessIdentity.showsAll(hiding + open)).as(option).isTrue();
        }
        assertThat(ProcessIdentity.showsAll(open + "tmpfs /proc tmpfs rw 0 0")).isFalse();
        assertThat(ProcessIdentity.showsAll("/dev/vda / ext4 rw 0 0")).isFalse();
        assertThat(ProcessIdentity.showsAll("")).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void childProcess_afterItsEnd_isGone() throws Exception {
        Process child = new ProcessBuilder("sleep", "100").start();
        ProcessIdentity beside =
                with(self.host(), self.boot(), self.namespace(), child.pid(), self.start() - 1);
        assertThat(beside.isGone(self)).as("another process has that id").isTrue();
        child.destroyForcibly().waitFor();
        assertThat(beside.isGone(self)).isTrue();
    }
}

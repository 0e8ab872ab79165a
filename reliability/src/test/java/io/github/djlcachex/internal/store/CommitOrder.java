package io.github.djlcachex.internal.store;

import io.github.djlcachex.testing.SystemCall;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The order of system calls that makes an acknowledgement true, and what breaks it in a log.
 *
 * <p>A file is written, forced, given its name, and its directory is forced; directories are made
 * durable in their parents; and only then something is acknowledged.
 */
final class CommitOrder {

    private final Path directory;
    private final List<SystemCall> calls;
    private final List<SystemCall> acknowledgements;
    private final List<String> violations = new ArrayList<>();

    CommitOrder(Path directory, List<SystemCall> calls) {
        this.directory = directory;
        this.calls = calls;
        this.acknowledgements =
                calls.stream()
                        .filter(call -> call.is("write") && call.written().startsWith("flushed "))
                        .toList();
    }

    /** Everything that is not in order. */
    List<String> violations() {
        List<SystemCall> commits = here(call -> call.is("rename", "renameat", "renameat2"));
        List<SystemCall> contracts = here(call -> call.is("link", "linkat"));
        List<SystemCall> directories = here(call -> call.is("mkdir", "mkdirat"));
        demand("acknowledgements", TracedWriter.FLUSHES, acknowledgements.size());
        demand("committed segments", TracedWriter.FLUSHES, commits.size());
        demand("contracts", 1, contracts.size());
        demand("new directories", 3, directories.size());
        if (violations.isEmpty()) {
            commits.forEach(this::checkNaming);
            contracts.forEach(this::checkNaming);
            for (int i = 0; i < commits.size(); i++) {
                String segments = parent(commits.get(i).newName());
                checkForced(segments, commits.get(i), acknowledgements.get(i));
            }
            for (SystemCall contract : contracts) {
                checkForced(parent(contract.newName()), contract, acknowledgements.get(0));
            }
            for (SystemCall created : directories) {
                checkForced(parent(created.file()), created, acknowledgements.get(0));
            }
        }
        here(call -> true).forEach(this::checkNoHarm);
        calls.forEach(this::checkInside);
        return violations;
    }

    /** How many calls of a kind there were below the directory. */
    long count(String name) {
        return here(call -> call.is(name)).size();
    }

    private List<SystemCall> here(Predicate<SystemCall> wanted) {
        return calls.stream()
                .filter(call -> call.file().startsWith(directory.toString()))
                .filter(call -> call.succeeded() && wanted.test(call))
                .toList();
    }

    private static String parent(String file) {
        return String.valueOf(Path.of(file).getParent());
    }

    private void demand(String what, int expected, int found) {
        if (expected != found) {
            violations.add("expected " + expected + " " + what + ", found " + found);
        }
    }

    /** A file that gets its name was forced after its last write. */
    private void checkNaming(SystemCall naming) {
        List<SystemCall> writes = here(call -> isWrite(call) && call.file().equals(naming.file()));
        if (writes.isEmpty()) {
            violations.add("nothing was written before " + naming);
            return;
        }
        SystemCall last = writes.get(writes.size() - 1);
        checkForced(naming.file(), last, naming);
    }

    /** Something was forced after one call had returned, and before another began. */
    private void checkForced(String file, SystemCall after, SystemCall before) {
        boolean forced =
                !here(call ->
                                call.is("fsync", "fdatasync")
                                        && call.file().equals(file)
                                        && after.before(call)
                                        && call.before(before))
                        .isEmpty();
        if (!forced) {
            violations.add("no fsync of " + file + " between " + after + " and " + before);
        }
    }

    private static boolean isWrite(SystemCall call) {
        return call.is("write", "pwrite64", "writev", "ftruncate", "fallocate");
    }

    private static boolean isForWriting(SystemCall call) {
        return call.is("openat") && call.text().matches(".*O_(WRONLY|RDWR|CREAT|TRUNC).*");
    }

    /** A file with a final name is never touched; a new one is never one that was there. */
    private void checkNoHarm(SystemCall call) {
        boolean committed = call.file().endsWith(".arrow") || call.file().endsWith(".json");
        boolean changes = isWrite(call) || isForWriting(call) || call.is("unlink", "unlinkat");
        boolean renamed = call.is("rename", "renameat", "renameat2");
        if (committed && (changes || renamed)) {
            violations.add("a committed file is changed: " + call);
        }
        if (isForWriting(call) && !call.text().contains("O_CREAT|O_EXCL")) {
            violations.add("opened for writing without being new: " + call);
        }
    }

    /** To force a directory above, so that the cache's own name lasts, changes nothing there. */
    private void checkInside(SystemCall call) {
        boolean outside = !call.file().startsWith(directory.toString());
        boolean ofTheJvm = call.file().startsWith("/proc/") || call.file().startsWith("/dev/");
        boolean changes = isForWriting(call) || !call.is("openat", "write", "writev", "fsync");
        if (outside && !ofTheJvm && changes && call.succeeded()) {
            violations.add("something outside the directory is changed: " + call);
        }
    }
}

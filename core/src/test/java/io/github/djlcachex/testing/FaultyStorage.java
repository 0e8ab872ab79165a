package io.github.djlcachex.testing;

import io.github.djlcachex.io.FileStorage;
import io.github.djlcachex.io.ReadableFile;
import io.github.djlcachex.io.Storage;
import io.github.djlcachex.io.WritableFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The storage of the operating system, in which a test lets operations fail, wait or stop short.
 */
public final class FaultyStorage implements Storage {

    /** What is done to a file or a directory. */
    public enum Op {
        CREATE,
        WRITE,
        FORCE,
        RENAME,
        LINK,
        DELETE,
        LIST,
        FORCE_DIRECTORY,
        OPEN,
        READ,
        MAP
    }

    /** Decides before each operation whether it fails. */
    public interface Rule {
        void before(Op op, Path file) throws IOException;
    }

    /** An operation that was asked for. */
    public record Call(Op op, String file) {}

    private final Storage real = new FileStorage();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile Rule rule = (op, file) -> {};
    private volatile int maxTransferBytes = Integer.MAX_VALUE;
    private volatile boolean network;

    /** Replaces the rule. */
    public void rule(Rule newRule) {
        this.rule = newRule;
    }

    /** Ends all faults. */
    public void heal() {
        this.rule = (op, file) -> {};
    }

    /** Lets writes and reads transfer a few bytes only. */
    public void maxTransferBytes(int bytes) {
        this.maxTransferBytes = bytes;
    }

    /** Pretends to be a network filesystem. */
    public void network(boolean isNetwork) {
        this.network = isNetwork;
    }

    /** The operations so far. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The names of the files to which an operation was done, in order. */
    public List<String> filesOf(Op op) {
        return calls.stream().filter(call -> call.op() == op).map(Call::file).toList();
    }

    /** Forgets the operations so far. */
    public void forgetCalls() {
        calls.clear();
    }

    /** A rule by which an operation on files of a suffix fails the first times. */
    public static Rule failing(Op failing, String suffix, int times) {
        AtomicInteger left = new AtomicInteger(times);
        return (op, file) -> {
            if (op == failing && file.toString().endsWith(suffix) && left.getAndDecrement() > 0) {
                throw new IOException("injected: " + op + " of " + file.getFileName());
            }
        };
    }

    /** A rule by which an operation on files of a suffix waits for a latch. */
    public static Rule waiting(Op waiting, String suffix, CountDownLatch latch) {
        return (op, file) -> {
            if (op == waiting && file.toString().endsWith(suffix)) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    throw new IOException("nobody may interrupt the flusher", e);
                }
            }
        };
    }

    private void before(Op op, Path file) throws IOException {
        calls.add(new Call(op, String.valueOf(file.getFileName())));
        rule.before(op, file);
    }

    private ByteBuffer shortened(ByteBuffer buffer) {
        return buffer.slice(buffer.position(), Math.min(buffer.remaining(), maxTransferBytes));
    }

    @Override
    public WritableFile create(Path file) throws IOException {
        before(Op.CREATE, file);
        WritableFile created = real.create(file);
        return new WritableFile() {
            @Override
            public int write(ByteBuffer source) throws IOException {
                before(Op.WRITE, file);
                int written = created.write(shortened(source));
                source.position(source.position() + written);
                return written;
            }

            @Override
            public void force() throws IOException {
                before(Op.FORCE, file);
                created.force();
            }

            @Override
            public void close() throws IOException {
                created.close();
            }
        };
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
        before(Op.OPEN, file);
        ReadableFile opened = real.open(file);
        return new ReadableFile() {
            @Override
            public long sizeBytes() throws IOException {
                return opened.sizeBytes();
            }

            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                before(Op.READ, file);
                int read = opened.read(shortened(target), position);
                target.position(target.position() + Math.max(0, read));
                return read;
            }

            @Override
            public ByteBuffer map(long sizeBytes) throws IOException {
                before(Op.MAP, file);
                return opened.map(sizeBytes);
            }

            @Override
            public void close() throws IOException {
                opened.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        before(Op.RENAME, to);
        real.rename(from, to);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        before(Op.LINK, link);
        real.link(existing, link);
    }

    @Override
    public void delete(Path file) throws IOException {
        before(Op.DELETE, file);
        real.delete(file);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        before(Op.LIST, directory);
        return real.list(directory);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        real.createDirectories(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        before(Op.FORCE_DIRECTORY, directory);
        real.forceDirectory(directory);
    }

    @Override
    public long lastModifiedMs(Path file) throws IOException {
        return real.lastModifiedMs(file);
    }

    @Override
    public boolean isNetworkFilesystem(Path directory) throws IOException {
        return network || real.isNetworkFilesystem(directory);
    }
}

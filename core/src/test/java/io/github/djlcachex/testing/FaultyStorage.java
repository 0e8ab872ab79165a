package io.github.djlcachex.testing;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A storage, by default the operating system's, in which a test lets operations fail, wait or stop
 * short. All threads' operations pass by the rule.
 */
public final class FaultyStorage implements Storage {

    /** What is done to a file or a directory. */
    public enum Op {
        CREATE,
        WRITE,
        /** A hint, which cannot fail. */
        FORCE_SOON,
        FORCE,
        RENAME,
        LINK,
        DELETE,
        LIST,
        FORCE_DIRECTORY,
        OPEN,
        READ,
        MAP,
        SIZE,
        CLOSE,
        CREATE_DIRECTORY,
        LAST_MODIFIED,
        FILESYSTEM_TYPE
    }

    /** Decides before each operation whether it fails; a {@link Partly} lets it do something. */
    public interface Rule {
        void before(Op op, Path file) throws IOException;
    }

    /** What a rule throws to let an operation do a part of its work, or all of it, and fail. */
    public static final class Partly extends IOException {

        private static final long serialVersionUID = 1L;

        /** How much is done, and whether the caller is told. */
        public enum Kind {
            /** A write or read moves half of its bytes and says so; nothing else is changed. */
            SHORT,
            /** A write leaves half of its bytes in the file and fails; so does anything else. */
            TORN,
            /** The operation is done, and yet fails. */
            DONE
        }

        private final Kind kind;

        public Partly(Kind kind, String message) {
            super(message);
            this.kind = kind;
        }
    }

    private interface Action<T> {
        T run() throws IOException;
    }

    private interface Step {
        void run() throws IOException;
    }

    /** A write or a read of what a buffer is cut to. */
    private interface Transfer {
        int run(ByteBuffer part) throws IOException;
    }

    /** An operation that was asked for. */
    public record Call(Op op, String file) {}

    private final Storage real;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile Rule rule = (op, file) -> {};
    private volatile int maxTransferBytes = Integer.MAX_VALUE;
    private volatile boolean network;
    private volatile boolean cut;
    private final AtomicInteger remounts = new AtomicInteger();

    public FaultyStorage() {
        this(new FileStorage());
    }

    /** Lets operations of any storage fail. */
    public FaultyStorage(Storage real) {
        this.real = real;
    }

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

    /** Lets the closing of files fail that were read, as after a lost connection. */
    public void cutConnection() {
        this.cut = true;
    }

    /** Lets all reads fail, for ever, of files that are open now; opened again they can be read. */
    public void staleDescriptors() {
        remounts.incrementAndGet();
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

    /** Closing is not listed with the calls: it belongs to the writes before. */
    private void before(Op op, Path file) throws IOException {
        if (op != Op.CLOSE) {
            calls.add(new Call(op, String.valueOf(file.getFileName())));
        }
        rule.before(op, file);
    }

    private <T> T perform(Op op, Path file, Action<T> action) throws IOException {
        try {
            before(op, file);
        } catch (Partly fault) {
            if (fault.kind == Partly.Kind.SHORT) {
                return action.run();
            }
            if (fault.kind == Partly.Kind.DONE && action.run() instanceof Closeable opened) {
                opened.close();
            }
            throw fault;
        }
        return action.run();
    }

    private void performStep(Op op, Path file, Step action) throws IOException {
        perform(
                op,
                file,
                () -> {
                    action.run();
                    return true;
                });
    }

    private int transfer(Op op, Path file, ByteBuffer buffer, Transfer transfer)
            throws IOException {
        try {
            before(op, file);
        } catch (Partly fault) {
            boolean all = fault.kind == Partly.Kind.DONE;
            int moved = move(buffer, all ? buffer.remaining() : buffer.remaining() / 2, transfer);
            if (fault.kind == Partly.Kind.SHORT) {
                return moved;
            }
            throw fault;
        }
        return move(buffer, maxTransferBytes, transfer);
    }

    private static int move(ByteBuffer buffer, int maxBytes, Transfer transfer) throws IOException {
        int bytes = Math.min(buffer.remaining(), maxBytes);
        int moved = transfer.run(buffer.slice(buffer.position(), bytes));
        buffer.position(buffer.position() + Math.max(0, moved));
        return moved;
    }

    @Override
    public WritableFile create(Path file) throws IOException {
        WritableFile created = perform(Op.CREATE, file, () -> real.create(file));
        return new WritableFile() {
            @Override
            public int write(ByteBuffer source) throws IOException {
                return transfer(Op.WRITE, file, source, created::write);
            }

            @Override
            public void forceSoon() {
                calls.add(new Call(Op.FORCE_SOON, String.valueOf(file.getFileName())));
                created.forceSoon();
            }

            @Override
            public void force() throws IOException {
                performStep(Op.FORCE, file, created::force);
            }

            @Override
            public void close() throws IOException {
                try (created) {
                    before(Op.CLOSE, file);
                }
            }
        };
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
        ReadableFile opened = perform(Op.OPEN, file, () -> real.open(file));
        int openedAfter = remounts.get();
        return new ReadableFile() {
            @Override
            public long sizeBytes() throws IOException {
                return perform(Op.SIZE, file, opened::sizeBytes);
            }

            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                if (openedAfter < remounts.get()) {
                    throw new IOException("injected: Stale file handle");
                }
                return transfer(Op.READ, file, target, part -> opened.read(part, position));
            }

            @Override
            public ByteBuffer map(long position, long sizeBytes) throws IOException {
                return perform(Op.MAP, file, () -> opened.map(position, sizeBytes));
            }

            @Override
            public void close() throws IOException {
                opened.close();
                if (cut) {
                    throw new IOException("Transport endpoint is not connected");
                }
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        performStep(Op.RENAME, to, () -> real.rename(from, to));
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        performStep(Op.LINK, link, () -> real.link(existing, link));
    }

    @Override
    public void delete(Path file) throws IOException {
        performStep(Op.DELETE, file, () -> real.delete(file));
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return perform(Op.LIST, directory, () -> real.list(directory));
    }

    @Override
    public boolean createDirectory(Path directory) throws IOException {
        return perform(Op.CREATE_DIRECTORY, directory, () -> real.createDirectory(directory));
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        performStep(Op.FORCE_DIRECTORY, directory, () -> real.forceDirectory(directory));
    }

    @Override
    public long lastModifiedMs(Path file) throws IOException {
        return perform(Op.LAST_MODIFIED, file, () -> real.lastModifiedMs(file));
    }

    @Override
    public boolean isNetworkFilesystem(Path directory) throws IOException {
        return perform(
                Op.FILESYSTEM_TYPE,
                directory,
                () -> network || real.isNetworkFilesystem(directory));
    }
}

package io.github.djlcachex.testing;

import jnr.ffi.Pointer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import ru.serce.jnrfuse.FuseException;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A {@link ForgettingDisk}, mounted as a filesystem.
 *
 * <p>The process that serves it must not map its files: a page fault there would wait for a thread
 * that waits for the fault.
 */
public final class ForgettingFilesystem extends FuseStubFS implements AutoCloseable {

    private static final int BLOCK_BYTES = 4096;
    private static final long BLOCKS = 1 << 20;

    private static final Logger logger = LoggerFactory.getLogger(ForgettingFilesystem.class);

    private final ForgettingDisk disk;
    private volatile boolean ready;
    private @Nullable Thread server;
    private final AtomicLong handles = new AtomicLong();
    private final Map<Long, ForgettingDisk.Node> open = new ConcurrentHashMap<>();

    public ForgettingFilesystem(ForgettingDisk disk) {
        this.disk = disk;
    }

    /** Mounts the disk on an empty directory; closing unmounts it. */
    public void mountOn(Path directory) throws IOException {
        server = new Thread(() -> serve(directory), "forgetting-filesystem");
        server.setDaemon(true);
        server.start();
        Thread serving = server;
        Await.until("it is mounted", () -> ready || !serving.isAlive());
        if (!ready) {
            throw new IOException("cannot mount on " + directory);
        }
    }

    /** Ends when it is unmounted, which jnr-fuse sometimes takes for a failure. */
    private void serve(Path directory) {
        String[] options = {"-s", "-o", "fsname=forgetting", "-o", "big_writes"};
        try {
            mount(directory, true, false, options);
        } catch (FuseException e) {
            logger.debug("the filesystem has ended", e);
        }
    }

    @Override
    public Pointer init(Pointer connection) {
        ready = true;
        return connection;
    }

    /** Unmounts; a server that ended later would unmount the next one at this place. */
    @Override
    public void close() {
        umount();
        if (server != null) {
            Await.end(server);
        }
    }

    private interface Operation {
        int run() throws ForgettingDisk.RefusedException;
    }

    private static int answer(Operation operation) {
        try {
            return operation.run();
        } catch (ForgettingDisk.RefusedException e) {
            return -e.error().number();
        } catch (RuntimeException e) {
            logger.error("a fault of the filesystem itself", e);
            return -ForgettingDisk.Errno.IO.number();
        }
    }

    private int opened(ForgettingDisk.Node node, FuseFileInfo info) {
        long handle = handles.incrementAndGet();
        open.put(handle, node);
        info.fh.set(handle);
        return 0;
    }

    private ForgettingDisk.Node node(String path, FuseFileInfo info)
            throws ForgettingDisk.RefusedException {
        ForgettingDisk.Node node = open.get(info.fh.get());
        return node == null ? disk.find(path) : node;
    }

    @Override
    public int getattr(String path, FileStat stat) {
        return answer(
                () -> {
                    ForgettingDisk.Facts facts = disk.facts(path);
                    stat.st_mode.set(
                            facts.directory() ? FileStat.S_IFDIR | 0755 : FileStat.S_IFREG | 0644);
                    stat.st_nlink.set(facts.directory() ? 2 : 1);
                    stat.st_size.set(facts.size());
                    stat.st_uid.set(getContext().uid.get());
                    stat.st_gid.set(getContext().gid.get());
                    stat.st_mtim.tv_sec.set(facts.modifiedMs() / 1000);
                    stat.st_mtim.tv_nsec.set(facts.modifiedMs() % 1000 * 1_000_000);
                    return 0;
                });
    }

    @Override
    public int readdir(
            String path, Pointer buffer, FuseFillDir filler, long offset, FuseFileInfo info) {
        return answer(
                () -> {
                    List<String> names = disk.list(path);
                    filler.apply(buffer, ".", null, 0);
                    filler.apply(buffer, "..", null, 0);
                    names.forEach(name -> filler.apply(buffer, name, null, 0));
                    return 0;
                });
    }

    @Override
    public int mkdir(String path, long mode) {
        return answer(
                () -> {
                    disk.create(path, true);
                    return 0;
                });
    }

    @Override
    public int create(String path, long mode, FuseFileInfo info) {
        return answer(() -> opened(disk.create(path, false), info));
    }

    @Override
    public int open(String path, FuseFileInfo info) {
        return answer(() -> opened(disk.find(path), info));
    }

    @Override
    public int release(String path, FuseFileInfo info) {
        open.remove(info.fh.get());
        return 0;
    }

    @Override
    public int read(String path, Pointer buffer, long size, long offset, FuseFileInfo info) {
        return answer(
                () -> {
                    byte[] bytes = disk.read(node(path, info), offset, size);
                    buffer.put(0, bytes, 0, bytes.length);
                    return bytes.length;
                });
    }

    @Override
    public int write(String path, Pointer buffer, long size, long offset, FuseFileInfo info) {
        return answer(
                () -> {
                    byte[] bytes = new byte[Math.toIntExact(size)];
                    buffer.get(0, bytes, 0, bytes.length);
                    disk.write(node(path, info), offset, bytes);
                    return bytes.length;
                });
    }

    @Override
    public int truncate(String path, long size) {
        return answer(
                () -> {
                    disk.resize(disk.find(path), size);
                    return 0;
                });
    }

    @Override
    public int fsync(String path, int dataOnly, FuseFileInfo info) {
        return answer(
                () -> {
                    disk.force(node(path, info));
                    return 0;
                });
    }

    @Override
    public int fsyncdir(String path, FuseFileInfo info) {
        return answer(
                () -> {
                    disk.force(disk.find(path));
                    return 0;
                });
    }

    @Override
    public int rename(String from, String to) {
        return answer(
                () -> {
                    disk.rename(from, to);
                    return 0;
                });
    }

    @Override
    public int link(String existing, String path) {
        return answer(
                () -> {
                    disk.link(existing, path);
                    return 0;
                });
    }

    @Override
    public int unlink(String path) {
        return answer(
                () -> {
                    disk.remove(path, false);
                    return 0;
                });
    }

    @Override
    public int rmdir(String path) {
        return answer(
                () -> {
                    disk.remove(path, true);
                    return 0;
                });
    }

    @Override
    public int statfs(String path, Statvfs facts) {
        facts.f_bsize.set(BLOCK_BYTES);
        facts.f_frsize.set(BLOCK_BYTES);
        facts.f_blocks.set(BLOCKS);
        facts.f_bfree.set(BLOCKS);
        facts.f_bavail.set(BLOCKS);
        facts.f_namemax.set(255);
        return 0;
    }

    @Override
    public int utimens(String path, Timespec[] times) {
        return 0;
    }

    @Override
    public int access(String path, int mode) {
        return 0;
    }
}

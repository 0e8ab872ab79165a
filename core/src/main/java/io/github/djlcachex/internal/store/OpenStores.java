package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The stores that are open in this JVM: one a generation directory, counted by its openers.
 *
 * <p>A shutdown hook closes what a program forgot, so that the rows that wait are written. It is
 * registered by the first cache that asks for it, and removed when the last one is closed.
 */
public final class OpenStores {

    private static final Logger logger = LoggerFactory.getLogger(OpenStores.class);

    /** So many other generations a warning names. */
    private static final int MOST_NAMED = 3;

    @GuardedBy("OpenStores.class") private static final Map<Path, OpenStore> open = new HashMap<>();

    @GuardedBy("OpenStores.class") private static final Map<Store, Closing> closing = new HashMap<>();

    @GuardedBy("OpenStores.class") private static @Nullable Thread hook;

    /** The closing of a store by its last user, for which the end of the JVM waits. */
    private record Closing(long mostMs, CountDownLatch over) {
        void await() {
            try {
                if (!over.await(mostMs, TimeUnit.MILLISECONDS)) {
                    logger.warn("a cache is not closed yet, and the JVM ends");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // only the end of the JVM does that
            }
        }
    }

    /** A store, once it is open, and how many caches use it or wait for it. */
    private static final class OpenStore {
        final CompletableFuture<Store> opening = new CompletableFuture<>();

        @GuardedBy("OpenStores.class") int users;
    }

    private OpenStores() {}

    /**
     * The store of a generation, opened if it is not; the caller releases it. No thread holds the
     * monitor while a filesystem is asked: one that hangs must not keep other stores from closing.
     */
    public static Store acquire(
            StorePaths paths,
            String moduleId,
            String fingerprint,
            StoreOptions options,
            boolean writable,
            Storage storage)
            throws IOException {
        checkNoLinks(paths);
        if (writable) {
            WritableDirectories.prepare(paths, storage);
        }
        Path key = realPath(paths.generation());
        while (true) {
            OpenStore mine = new OpenStore();
            OpenStore shared = join(key, mine, options);
            if (shared == mine) {
                open(key, mine, () -> open(paths, moduleId, fingerprint, options, storage));
            }
            Optional<Store> store = await(shared);
            if (store.isPresent()) {
                return admitted(store.get(), shared == mine, options, writable, key);
            }
        }
    }

    private static synchronized OpenStore join(Path key, OpenStore mine, StoreOptions options) {
        OpenStore present = open.putIfAbsent(key, mine);
        OpenStore shared = present == null ? mine : present;
        shared.users++;
        registerShutdownHook(options);
        return shared;
    }

    /** Tells whether this JVM has a generation open, or is about to. */
    static boolean isOpen(Path generation) throws IOException {
        Path key = realPath(generation);
        synchronized (OpenStores.class) {
            return open.containsKey(key);
        }
    }

    private interface Opening {
        Store open() throws IOException;
    }

    private static void open(Path key, OpenStore mine, Opening opening) throws IOException {
        boolean opened = false;
        try {
            mine.opening.complete(opening.open());
            opened = true;
        } finally {
            if (!opened) {
                synchronized (OpenStores.class) {
                    open.remove(key, mine);
                    unhookIfUnused();
                }
                mine.opening.cancel(false); // who waits tries again, and sees its own failure
            }
        }
    }

    private static Store open(
            StorePaths paths,
            String moduleId,
            String fingerprint,
            StoreOptions options,
            Storage storage)
            throws IOException {
        warnOfOtherGenerations(paths, storage);
        return Store.open(paths, moduleId, fingerprint, options, storage);
    }

    private static Optional<Store> await(OpenStore shared) {
        try {
            return Optional.of(shared.opening.join());
        } catch (CancellationException e) {
            return Optional.empty();
        }
    }

    /** A user that cannot be admitted gives the store back. */
    private static Store admitted(
            Store store, boolean opener, StoreOptions options, boolean writable, Path key)
            throws IOException {
        boolean admitted = false;
        try {
            if (!opener) {
                options.checkShareable(store.options(), key.toString());
            }
            if (writable) {
                store.becomeWritable();
            }
            admitted = true;
            return store;
        } finally {
            if (!admitted) {
                release(store);
            }
        }
    }

    /** What somebody else put into the cache directory must not lead out of it. */
    static void checkNoLinks(StorePaths paths) {
        for (Path directory :
                List.of(
                        paths.module(),
                        paths.generation(),
                        paths.segments(),
                        paths.damaged(),
                        paths.deletions(),
                        paths.index(),
                        paths.notes(),
                        paths.open())) {
            if (Files.isSymbolicLink(directory)) {
                throw new CacheIoException(
                        Problem.of(
                                directory.toString(),
                                "a directory of its own",
                                "a symbolic link",
                                "only the cache directory itself may be a link: move the files here"));
            }
        }
    }

    /** The real path of what exists, and the rest as it is: a writer will create it there. */
    private static Path realPath(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        Path existing = FileStorage.nearestExisting(absolute);
        return existing.toRealPath().resolve(existing.relativize(absolute));
    }

    private static void warnOfOtherGenerations(StorePaths paths, Storage storage)
            throws IOException {
        List<String> others =
                storage.list(paths.module()).stream()
                        .filter(StorePaths::isGenerationName)
                        .filter(name -> !paths.generation().endsWith(name))
                        .toList();
        if (!others.isEmpty()) {
            logger.warn(
                    "{} has rows of {} other fingerprint(s); they are not served to this one, which"
                            + " is right if several versions of an extractor are in use. Otherwise"
                            + " CacheDirectory.removeGenerations removes them, or"
                            + " delete the directories g-* in it, but not {}: {}",
                    paths.module(),
                    others.size(),
                    paths.generation().getFileName(),
                    someOf(others));
        }
    }

    private static String someOf(List<String> names) {
        String some = String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())));
        return names.size() <= MOST_NAMED
                ? some
                : some + " and " + (names.size() - MOST_NAMED) + " more";
    }

    @GuardedBy("OpenStores.class") private static void registerShutdownHook(StoreOptions options) {
        if (options.shutdownHook() && hook == null) {
            Thread registered = new Thread(OpenStores::closeForgotten, "djlcachex-shutdown");
            try {
                Runtime.getRuntime().addShutdownHook(registered);
                hook = registered;
            } catch (IllegalStateException e) {
                logger.debug("the JVM is ending already: who opens now must close", e);
            }
        }
    }

    /** A hook that stays would keep the class loader of a redeployed application for ever. */
    @GuardedBy("OpenStores.class") private static void unhookIfUnused() {
        Thread registered = hook;
        if (registered != null && open.isEmpty() && closing.isEmpty()) {
            hook = null;
            try {
                Runtime.getRuntime().removeShutdownHook(registered);
            } catch (IllegalStateException e) {
                logger.debug("the JVM is ending already, and runs the hook", e);
            }
        }
    }

    /** At the same time: each may wait for a disk of its own that does not answer. */
    private static void closeForgotten() {
        List<Store> forgotten = new ArrayList<>();
        List<Closing> underWay;
        synchronized (OpenStores.class) {
            underWay = List.copyOf(closing.values());
            open.values().stream()
                    .map(shared -> shared.opening)
                    .filter(opening -> opening.isDone() && !opening.isCancelled())
                    .forEach(opening -> forgotten.add(opening.join()));
            open.clear();
        }
        List<Runnable> waits = new ArrayList<>();
        for (Store store : forgotten) {
            if (store.options().shutdownHook()) {
                DaemonThread closer = new DaemonThread("djlcachex-shutdown-store", store::close);
                if (!closer.startIfNeeded()) {
                    store.close();
                }
                waits.add(() -> closer.join(mostMs(store)));
            }
        }
        underWay.forEach(each -> waits.add(each::await));
        waits.forEach(Runnable::run);
    }

    /** The time after which a close has returned, whatever hangs, and some more. */
    private static long mostMs(Store store) {
        return store.options().closeTimeoutMs() + 2 * LastSteps.GRACE_MS;
    }

    /** Gives a store back; the last user closes it. */
    public static void release(Store store) {
        if (isLastUser(store)) {
            try {
                store.close();
            } finally {
                closed(store);
            }
        } else if (!store.isClosed()) {
            store.flush(store.options().closeTimeoutMs());
        }
    }

    private static void closed(Store store) {
        boolean last;
        synchronized (OpenStores.class) {
            Closing ended = closing.remove(store);
            if (ended != null) {
                ended.over.countDown();
            }
            unhookIfUnused();
            last = open.isEmpty();
        }
        if (last) {
            RecordMethods.forgetClasses();
        }
    }

    private static synchronized boolean isLastUser(Store store) {
        for (OpenStore shared : List.copyOf(open.values())) {
            if (isOf(shared, store) && --shared.users == 0) {
                closing.put(store, new Closing(mostMs(store), new CountDownLatch(1)));
                return open.values().remove(shared);
            }
        }
        return false;
    }

    private static boolean isOf(OpenStore shared, Store store) {
        return shared.opening.isDone()
                && !shared.opening.isCancelled()
                && shared.opening.join() == store;
    }
}

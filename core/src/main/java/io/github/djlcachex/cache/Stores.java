package io.github.djlcachex.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.io.Storage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stores that are open in this JVM: one a generation directory, counted by its openers.
 *
 * <p>A shutdown hook closes what a program forgot, so that the rows that wait are written.
 */
final class Stores {

    private static final Logger logger = LoggerFactory.getLogger(Stores.class);
    private static final Stores INSTANCE = new Stores();

    /** A store and how many caches use it. */
    private static final class Shared {
        final Store store;
        int users;

        Shared(Store store) {
            this.store = store;
        }
    }

    @GuardedBy("this") private final Map<Path, Shared> open = new HashMap<>();

    @GuardedBy("this") private boolean hooked;

    private Stores() {}

    static Store acquire(
            Path directory,
            String moduleId,
            String fingerprint,
            CacheOptions options,
            boolean writable,
            Storage storage)
            throws IOException {
        return INSTANCE.acquireShared(directory, moduleId, fingerprint, options, writable, storage);
    }

    static void release(Store store) {
        INSTANCE.releaseShared(store);
    }

    private synchronized Store acquireShared(
            Path directory,
            String moduleId,
            String fingerprint,
            CacheOptions options,
            boolean writable,
            Storage storage)
            throws IOException {
        StorePaths paths = StorePaths.of(directory, moduleId, fingerprint);
        if (writable) {
            Store.prepareForWriting(paths, storage);
        }
        Path key = realPath(paths.generation());
        Shared shared = open.get(key);
        if (shared == null) {
            warnOfOtherGenerations(paths);
            shared = new Shared(Store.open(paths, moduleId, fingerprint, options, storage));
            open.put(key, shared);
            hookIfWanted(options);
        } else {
            options.checkShareable(shared.store.options(), key.toString());
        }
        shared.users++;
        return shared.store;
    }

    private static Path realPath(Path directory) throws IOException {
        return Files.exists(directory)
                ? directory.toRealPath()
                : directory.toAbsolutePath().normalize();
    }

    private static void warnOfOtherGenerations(StorePaths paths) throws IOException {
        if (!Files.isDirectory(paths.module())) {
            return;
        }
        try (var entries = Files.list(paths.module())) {
            List<String> others =
                    entries.map(entry -> entry.getFileName().toString())
                            .filter(StorePaths::isGenerationName)
                            .filter(name -> !paths.generation().endsWith(name))
                            .toList();
            if (!others.isEmpty()) {
                logger.warn(
                        "{} has rows of {} other fingerprint(s); they are not served to this one."
                                + " Remove {} if they are not needed any more",
                        paths.module(),
                        others.size(),
                        others);
            }
        }
    }

    @GuardedBy("this") private void hookIfWanted(CacheOptions options) {
        if (options.shutdownHook() && !hooked) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(this::closeForgotten, "djlcachex-shutdown"));
            hooked = true;
        }
    }

    private void closeForgotten() {
        List<Store> forgotten = new ArrayList<>();
        synchronized (this) {
            open.values().forEach(shared -> forgotten.add(shared.store));
            open.clear();
        }
        for (Store store : forgotten) {
            if (store.options().shutdownHook()) {
                store.close();
            }
        }
    }

    private void releaseShared(Store store) {
        boolean last = false;
        synchronized (this) {
            for (Shared shared : List.copyOf(open.values())) {
                if (shared.store == store && --shared.users == 0) {
                    open.values().remove(shared);
                    last = true;
                }
            }
        }
        if (last) {
            store.close();
        } else if (!store.isClosed()) {
            store.flush(store.options().closeTimeoutMs());
        }
    }
}

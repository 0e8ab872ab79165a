package io.github.djlcachex.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.io.Storage;
import io.github.djlcachex.row.CacheIoException;

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

    @GuardedBy("Stores.class") private static final Map<Path, Shared> open = new HashMap<>();

    @GuardedBy("Stores.class") private static boolean hooked;

    /** A store and how many caches use it. */
    private static final class Shared {
        final Store store;
        int users;

        Shared(Store store) {
            this.store = store;
        }
    }

    private Stores() {}

    /** The store of a generation, opened if it is not; the caller releases it. */
    static synchronized Store acquire(
            StorePaths paths,
            String moduleId,
            String fingerprint,
            CacheOptions options,
            boolean writable,
            Storage storage)
            throws IOException {
        checkNoLinks(paths);
        if (writable) {
            Store.prepareForWriting(paths, storage);
        }
        Path key = realPath(paths.generation());
        Shared shared = open.get(key);
        if (shared == null) {
            warnOfOtherGenerations(paths, storage);
            shared = new Shared(Store.open(paths, moduleId, fingerprint, options, storage));
            if (writable) {
                restoreContract(shared.store);
            }
            open.put(key, shared);
            hookIfWanted(options);
        } else {
            options.checkShareable(shared.store.options(), key.toString());
        }
        shared.users++;
        return shared.store;
    }

    private static void restoreContract(Store store) {
        try {
            store.restoreContract();
        } catch (Throwable failure) {
            store.close();
            throw failure;
        }
    }

    /** What somebody else put into the cache directory must not lead out of it. */
    private static void checkNoLinks(StorePaths paths) {
        for (Path directory :
                List.of(paths.module(), paths.generation(), paths.segments(), paths.damaged())) {
            if (Files.isSymbolicLink(directory)) {
                throw new CacheIoException(
                        directory.toString(),
                        "a directory of its own",
                        "a symbolic link",
                        "only the cache directory itself may be a link: move the files here");
            }
        }
    }

    /** The real path of what exists, and the rest as it is: a writer will create it there. */
    private static Path realPath(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        Path existing = absolute;
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
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
                    "{} has rows of {} other fingerprint(s); they are not served to this one,"
                            + " which is right if several versions of an extractor are in use."
                            + " Otherwise remove {} in it",
                    paths.module(),
                    others.size(),
                    others);
        }
    }

    @GuardedBy("Stores.class") private static void hookIfWanted(CacheOptions options) {
        if (options.shutdownHook() && !hooked) {
            try {
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(Stores::closeForgotten, "djlcachex-shutdown"));
            } catch (IllegalStateException e) {
                logger.debug("the JVM is ending already: who opens now must close", e);
            }
            hooked = true;
        }
    }

    private static void closeForgotten() {
        List<Store> forgotten = new ArrayList<>();
        synchronized (Stores.class) {
            open.values().forEach(shared -> forgotten.add(shared.store));
            open.clear();
        }
        for (Store store : forgotten) {
            if (store.options().shutdownHook()) {
                store.close();
            }
        }
    }

    /** Gives a store back; the last user closes it. */
    static void release(Store store) {
        if (isLastUser(store)) {
            store.close();
        } else if (!store.isClosed()) {
            store.flush(store.options().closeTimeoutMs());
        }
    }

    private static synchronized boolean isLastUser(Store store) {
        for (Shared shared : List.copyOf(open.values())) {
            if (shared.store == store && --shared.users == 0) {
                return open.values().remove(shared);
            }
        }
        return false;
    }
}

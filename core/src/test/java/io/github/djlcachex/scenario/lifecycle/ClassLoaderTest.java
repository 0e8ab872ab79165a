package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** An application that is deployed again: once its caches are closed, nothing keeps its classes. */
class ClassLoaderTest {

    @TempDir Path directory;

    /**
     * Since Java 19 the JDK keeps some classes softly, until memory is short: there each collection
     * lets go of what is held so.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void loader_ofClosedCaches_isCollected(boolean shutdownHook) throws Exception {
        WatchedJvm.Starter starter = WatchedJvm.in(directory).heap("-Xmx512m");
        if (Runtime.version().feature() > 17) {
            starter.flag("-XX:SoftRefLRUPolicyMSPerMB=0");
        }
        try (WatchedJvm server =
                starter.start(Server.class, directory.resolve("cache"), shutdownHook)) {
            server.awaitLine("the loader is gone", 60);
            assertThat(server.awaitEnd(30)).as(server.errors()).isZero();
        }
    }

    /** A server that deploys the application and takes it down: directory, shutdown hook. */
    static final class Server {

        private Server() {}

        public static void main(String[] args) throws Exception {
            WeakReference<ClassLoader> loader =
                    deploy(Path.of(args[0]), Boolean.parseBoolean(args[1]));
            Await.until(
                    "the loader is gone",
                    () -> {
                        System.gc();
                        return loader.get() == null;
                    });
            System.out.println("the loader is gone");
        }
    }

    private static WeakReference<ClassLoader> deploy(Path directory, boolean shutdownHook)
            throws Exception {
        List<URL> classPath = new ArrayList<>();
        String path = System.getProperty("java.class.path");
        for (String entry : path.split(File.pathSeparator, -1)) {
            classPath.add(new File(entry).toURI().toURL());
        }
        ClassLoader parent = ClassLoader.getPlatformClassLoader();
        try (URLClassLoader loader = new URLClassLoader(classPath.toArray(URL[]::new), parent)) {
            Class<?> program = Class.forName(Application.class.getName(), true, loader);
            assertThat(program.getClassLoader()).isSameAs(loader);
            program.getMethod("use", Path.class, boolean.class)
                    .invoke(null, directory, shutdownHook);
            return new WeakReference<>(loader);
        }
    }

    /**
     * Uses every part that has threads or memory of threads: batches of 2 MiB need helpers. It uses
     * nothing of the tests, of which threads keep something.
     */
    public static final class Application {

        private static final int ROWS = 60_000;
        private static final RowSchema SCHEMA =
                RowSchema.of(Column.of("features", ElementType.FLOAT32, 16));

        private Application() {}

        /** Called by reflection, from the loader of the application. */
        public static void use(Path directory, boolean shutdownHook) {
            for (ReadMode mode : ReadMode.values()) {
                FeatureCacheBuilder builder =
                        FeatureCache.builder()
                                .directory(directory)
                                .moduleId("module")
                                .readMode(mode)
                                .indexSnapshotRows(1000)
                                .shutdownHook(shutdownHook);
                try (FeatureCache first = builder.open();
                        FeatureCache second = builder.open()) {
                    Keys keys = keys(0, ROWS);
                    put(first, keys);
                    readAll(second, keys);
                    Keys absent = keys(ROWS, ROWS + 10);
                    first.gather(absent, RowBatch.allocate(SCHEMA, absent.size()));
                    first.putNote("note", "text");
                    check(first.verify().isIntact());
                }
            }
            textKeys(directory.resolve("texts"), shutdownHook);
        }

        private static void textKeys(Path directory, boolean shutdownHook) {
            try (FeatureCache cache =
                    FeatureCache.builder()
                            .directory(directory)
                            .moduleId("module")
                            .shutdownHook(shutdownHook)
                            .open()) {
                Keys keys = Keys.of("a", "b");
                put(cache, keys);
                readAll(cache, keys);
            }
        }

        private static Keys keys(int from, int to) {
            return Keys.of(LongStream.range(from, to).toArray());
        }

        private static void put(FeatureCache cache, Keys keys) {
            cache.put(keys, RowBatch.allocate(SCHEMA, keys.size()));
            check(cache.flush().isComplete());
        }

        private static void readAll(FeatureCache cache, Keys keys) {
            check(cache.gather(keys, RowBatch.allocate(SCHEMA, keys.size())).isComplete());
        }

        private static void check(boolean right) {
            if (!right) {
                throw new IllegalStateException("it does not work in this loader");
            }
        }
    }
}

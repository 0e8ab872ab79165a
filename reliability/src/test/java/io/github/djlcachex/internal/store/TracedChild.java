package io.github.djlcachex.internal.store;

import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.Strace;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A {@link TracedWriter} in its JVM, and what it acknowledged. */
final class TracedChild implements AutoCloseable {

    /** Interpreted, so that it starts soon and has no compiler; without the file of jvmstat. */
    private static final Map<String, String> FLAGS =
            Map.of("JDK_JAVA_OPTIONS", "-Xint -XX:-UsePerfData");

    private static final long LIMIT_S = 60;

    private final ChildJvm jvm;

    TracedChild(Path errors, Path directory) throws IOException {
        this.jvm = ChildJvm.startWith(errors, FLAGS, TracedWriter.class, directory);
        jvm.awaitLine("ready");
    }

    long pid() {
        return jvm.pid();
    }

    long thread(String name) {
        return Strace.threadOf(jvm.pid(), name);
    }

    /** Lets it open the cache and put rows; returns before it flushes them. */
    void open() throws IOException {
        jvm.send("!"); // it reads one byte here, and the line's end at the next stop
        jvm.awaitLine("ready");
    }

    /** Lets it run to its end, or to its death; returns what it acknowledged. */
    List<String> runToEnd() throws Exception {
        try {
            jvm.send("!!!");
        } catch (IOException e) {
            // it has read what it needs and is gone already
        }
        CompletableFuture<ProcessHandle> end =
                ProcessHandle.of(jvm.pid())
                        .map(ProcessHandle::onExit)
                        .orElseGet(() -> CompletableFuture.completedFuture(null));
        end.get(LIMIT_S, TimeUnit.SECONDS);
        return new ArrayList<>(jvm.kill()); // it is dead: this reads the rest
    }

    String errors() throws IOException {
        return jvm.errors();
    }

    @Override
    public void close() {
        jvm.close();
    }
}

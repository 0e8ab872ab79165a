package io.github.djlcachex.spark;

import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * GivenFiles are the model files that the applications of this driver have given to Spark. Spark
 * keeps the first contents of a name for as long as an application runs.
 */
final class GivenFiles {

    private static final Map<Id, State> GIVEN = new ConcurrentHashMap<>();

    private record Id(String application, String name) {}

    /** What tells that a file, or one in a folder, has changed. */
    private record State(Path path, long files, long bytes, FileTime newest) {}

    private GivenFiles() {}

    /**
     * Notes a file or folder, and tells whether Spark is still to be given it.
     *
     * @throws InvalidOptionException if Spark has another one of that name
     */
    static boolean isNew(String application, Path path, String name) {
        State now = stateOf(path);
        State before = GIVEN.putIfAbsent(new Id(application, name), now);
        if (before != null && !before.equals(now)) {
            throw new InvalidOptionException(
                    Problem.of(
                            "model file " + path,
                            "what this Spark application was given as '" + name + "' before",
                            "another one",
                            "give the changed file another name: executors keep the first one of a"
                                    + " name until the application ends"));
        }
        return before == null;
    }

    private static State stateOf(Path path) {
        State sum = new State(path, 0, 0, FileTime.fromMillis(0));
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                FileTime time = Files.getLastModifiedTime(file);
                sum =
                        new State(
                                path,
                                sum.files + 1,
                                sum.bytes + Files.size(file),
                                time.compareTo(sum.newest) > 0 ? time : sum.newest);
            }
            return sum;
        } catch (IOException e) {
            throw new CacheIoException(
                    Problem.of(
                            "model file " + path,
                            "one that can be read",
                            e.toString(),
                            "see the cause",
                            e));
        }
    }
}

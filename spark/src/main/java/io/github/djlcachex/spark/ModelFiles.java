package io.github.djlcachex.spark;

import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ModelFiles are the files of a model, which Spark's file server gives to the executors: each host
 * fetches them once, and no JVM holds them in its heap, as it would a broadcast.
 *
 * @param originals the driver's path of each file or folder, by its name
 */
record ModelFiles(Map<String, String> originals) implements Serializable {

    /** The driver's id among executors. */
    private static final String DRIVER = "driver";

    /**
     * Registers the files.
     *
     * @throws InvalidOptionException if one is not there, or two have one name
     */
    static ModelFiles distribute(SparkContext spark, List<Path> files) {
        Map<String, String> originals = new LinkedHashMap<>();
        for (Path file : files) {
            String name = file.toAbsolutePath().getFileName().toString();
            if (!Files.exists(file) || originals.containsKey(name)) {
                throw new InvalidOptionException(
                        Problem.of(
                                "model file " + file,
                                "a file or folder of the driver, with a name of its own",
                                Files.exists(file) ? "a second " + name : "none there",
                                "change the option"));
            }
            originals.put(name, file.toAbsolutePath().toString());
        }
        // once all are checked: Spark forgets no file, and fails every later job if one is gone
        originals.forEach((name, path) -> give(spark, Path.of(path), name));
        return new ModelFiles(originals);
    }

    private static void give(SparkContext spark, Path file, String name) {
        if (GivenFiles.isNew(spark.applicationId(), file, name)) {
            add(spark, file, name);
        }
    }

    private static void add(SparkContext spark, Path file, String name) {
        if (!Files.isDirectory(file)) {
            spark.addFile(file.toUri().toString());
            return;
        }
        try {
            // Spark refuses folders of the driver's own disk, and unpacks archives
            spark.addArchive(FolderArchive.of(file).toUri() + "#" + name);
        } catch (IOException e) {
            throw new CacheIoException(
                    Problem.of(
                            "model folder " + file,
                            "one that can be packed for the executors",
                            e.toString(),
                            "see the cause",
                            e));
        }
    }

    /** Returns where a file is in this JVM. */
    Path path(String name) {
        String original =
                Optional.ofNullable(originals.get(name))
                        .orElseThrow(
                                () ->
                                        new InvalidOptionException(
                                                Problem.of(
                                                        "model file " + name,
                                                        "one of " + originals.keySet(),
                                                        "another name",
                                                        "give the file to optModelFiles")));
        return SparkEnv.get().executorId().equals(DRIVER)
                ? Path.of(original)
                : Path.of(SparkFiles.get(name));
    }

    @Override
    public String toString() {
        return "files " + originals.keySet();
    }
}

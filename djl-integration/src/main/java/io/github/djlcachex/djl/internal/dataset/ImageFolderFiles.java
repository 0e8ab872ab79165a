package io.github.djlcachex.djl.internal.dataset;

import ai.djl.repository.MRL;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.util.PairList;

import io.github.djlcachex.djl.UnsupportedDatasetException;
import io.github.djlcachex.djl.internal.engine.Hidden;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The files of a dataset of DJL that reads a folder of images.
 *
 * <p>The class is found by name and its members by reflection: DJL's datasets are an optional
 * artifact, and the list of files is protected.
 *
 * @param dataset the dataset
 * @param type DJL's class of image folders
 */
record ImageFolderFiles(RandomAccessDataset dataset, Class<?> type) {

    private static final String PACKAGE = "ai.djl.basicdataset.";
    private static final String TYPE = PACKAGE + "cv.classification.AbstractImageFolder";
    private static final String IMAGES = PACKAGE + "cv.ImageDataset";

    /** Returns the files of a dataset, or null if it is no image folder. */
    static @Nullable ImageFolderFiles of(Dataset dataset) {
        Class<?> type = superclass(dataset, TYPE);
        return type != null && dataset instanceof RandomAccessDataset rows
                ? new ImageFolderFiles(rows, type)
                : null;
    }

    private static @Nullable Class<?> superclass(Object object, String name) {
        Class<?> type = object.getClass();
        while (type != null && !type.getName().equals(name)) {
            type = type.getSuperclass();
        }
        return type;
    }

    /** Tells whether the class is one of DJL's, so that a row depends on its file alone. */
    boolean isOfDjl() {
        return dataset.getClass().getName().startsWith(PACKAGE);
    }

    /**
     * Returns the files of all rows in the order of the dataset, which must be prepared.
     *
     * @throws UnsupportedDatasetException if they cannot be had
     */
    List<Path> files() {
        try {
            Object items = Hidden.field(type, "items", dataset);
            List<Path> files = new ArrayList<>();
            for (Object item : ((PairList<?, ?>) Objects.requireNonNull(items)).keys()) {
                Object path = Hidden.call(type, "getImagePath", dataset, item);
                files.add(((Path) Objects.requireNonNull(path)).toAbsolutePath());
            }
            return files;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unreadable("the files of its rows", e);
        }
    }

    /**
     * Returns the classes of all rows in the order of the dataset, which must be prepared.
     *
     * @throws UnsupportedDatasetException if they cannot be had
     */
    List<Long> labels() {
        try {
            Object items = Objects.requireNonNull(Hidden.field(type, "items", dataset));
            return ((PairList<?, ?>) items)
                    .values().stream().map(label -> ((Number) label).longValue()).toList();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unreadable("the classes of its rows", e);
        }
    }

    /**
     * Returns the folder of the files.
     *
     * @throws UnsupportedDatasetException if it is no folder of the default filesystem
     */
    Path root() {
        try {
            Object mrl = Hidden.field(type, "mrl", dataset);
            URI uri = ((MRL) Objects.requireNonNull(mrl)).getRepository().getBaseUri();
            return (uri.getScheme() == null ? Path.of(uri.getPath()) : Path.of(uri))
                    .toAbsolutePath();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unreadable("a folder on disk", e);
        }
    }

    /** Returns the settings by which a file is read, except the pipeline. */
    String settings() {
        try {
            Class<?> images = Objects.requireNonNull(superclass(dataset, IMAGES));
            return Hidden.call(images, "getImageChannels", dataset, null)
                    + " channels, width "
                    + Hidden.call(type, "getImageWidth", dataset, null)
                    + ", height "
                    + Hidden.call(type, "getImageHeight", dataset, null);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unreadable("the size of its images", e);
        }
    }

    private UnsupportedDatasetException unreadable(String expected, Exception cause) {
        return new UnsupportedDatasetException(
                Problem.of(
                        "image folder " + dataset.getClass().getName(),
                        expected,
                        cause.toString(),
                        "list the ids with withIds, or open ai.djl.basicdataset to this module",
                        cause));
    }
}

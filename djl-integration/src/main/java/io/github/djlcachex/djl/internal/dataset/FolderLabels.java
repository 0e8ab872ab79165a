package io.github.djlcachex.djl.internal.dataset;

import ai.djl.training.dataset.RandomAccessDataset;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** FolderLabels are the classes of an image folder's rows, which are told without an image. */
public final class FolderLabels {

    private final ImageFolderFiles folder;
    private volatile @Nullable List<Long> labels;

    private FolderLabels(ImageFolderFiles folder) {
        this.folder = folder;
    }

    /** Returns the labels of one of DJL's own image folders, or null for any other dataset. */
    public static @Nullable FolderLabels of(RandomAccessDataset dataset) {
        ImageFolderFiles folder = ImageFolderFiles.of(dataset);
        return folder != null && folder.isOfDjl() ? new FolderLabels(folder) : null;
    }

    /** Returns the label of a row, after the dataset was prepared. */
    public long labelOf(long index) {
        List<Long> listed = labels;
        if (listed == null) {
            listed = folder.labels();
            labels = listed;
        }
        return listed.get(RowIds.checkIndex(index, listed.size()));
    }
}

package io.github.djlcachex.interop;

import java.util.List;

/** FileFormat is a kind of file or directory that rows are imported from or exported to. */
public enum FileFormat {
    /** Arrow IPC, the file format or the stream format, also known as Feather version 2. */
    ARROW,
    /** Comma-separated values below a line of names. */
    CSV,
    /** The directory that {@code save_to_disk} of Hugging Face's {@code datasets} writes. */
    HF,
    /** One NumPy array; ids are beside it. */
    NPY,
    /** NumPy arrays by name, among them the ids. */
    NPZ,
    /** Parquet; by the artifact {@code djlcachex-parquet}. */
    PARQUET,
    /** The cache directory of a module of torchcachex; import only. */
    TORCHCACHEX;

    /**
     * Returns how names of files of this format end.
     *
     * @return the suffixes, with their dots; none for directories
     */
    public List<String> suffixes() {
        return switch (this) {
            case ARROW -> List.of(".arrow", ".arrows", ".feather", ".ipc");
            case CSV -> List.of(".csv");
            case NPY -> List.of(".npy");
            case NPZ -> List.of(".npz");
            case PARQUET -> List.of(".parquet");
            case HF, TORCHCACHEX -> List.of();
        };
    }
}

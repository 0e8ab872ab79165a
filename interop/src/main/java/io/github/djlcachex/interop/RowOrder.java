package io.github.djlcachex.interop;

/** RowOrder is the order in which an export writes rows. */
public enum RowOrder {
    /** As they are in the files of the cache: the quickest, and another one after a compaction. */
    FILE,
    /**
     * By id: integers by value, texts by their UTF-8. The ids are held in memory, 8 bytes each or
     * about 50 and their text, and rows are read one by one.
     */
    KEY
}

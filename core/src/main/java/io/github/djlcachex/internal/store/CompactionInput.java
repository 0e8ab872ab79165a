package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.Lineage;
import io.github.djlcachex.internal.segment.SegmentFacts;
import io.github.djlcachex.internal.segment.SegmentFile;

import java.io.IOException;
import java.util.Comparator;

/**
 * CompactionInput is a file that a compaction may replace, with what its metadata says.
 *
 * @param file the file
 * @param fileBytes its size
 * @param lineage where its rows come from
 * @param deadRows how many rows are known to be removed
 */
record CompactionInput(SegmentFile file, long fileBytes, Lineage lineage, int deadRows) {

    /** Files whose rows are of one time come into one output, and expire together. */
    static final Comparator<CompactionInput> BY_AGE =
            Comparator.comparingLong((CompactionInput input) -> input.lineage.oldestRowMs())
                    .thenComparing(CompactionInput::fileName);

    static CompactionInput of(SegmentFile file) throws IOException {
        SegmentFacts facts = file.facts();
        return new CompactionInput(file, facts.fileBytes(), facts.lineage(), 0);
    }

    CompactionInput withDeadRows(int rows) {
        return new CompactionInput(file, fileBytes, lineage, rows);
    }

    /** What its rows take in the output, about. */
    long liveBytes() {
        return fileBytes * (file.rows() - deadRows) / file.rows();
    }

    String fileName() {
        return file.name().committedFile();
    }
}

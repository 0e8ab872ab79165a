package io.github.djlcachex.spark;

import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Row;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * OtherWeights is a {@link CountingExtractor} on the driver and most executors; on the others it
 * has another fingerprint, and rows that are wrong.
 *
 * @param executors the ids of those others
 */
record OtherWeights(String calls, List<String> executors) implements ExtractorFactory {

    @Override
    public Extractor open(ExecutorContext context) throws IOException {
        if (!executors.contains(SparkEnv.get().executorId())) {
            return new CountingExtractor(calls).open(context);
        }
        Path file = CountingExtractor.callsOf(calls);
        return Extractor.ofVectors("other weights", rows -> wrong(rows, file));
    }

    private static float[][] wrong(List<Row> rows, Path file) throws IOException {
        float[][] vectors = CountingExtractor.vectors(rows, file);
        for (float[] vector : vectors) {
            vector[0] += 1;
        }
        return vectors;
    }
}

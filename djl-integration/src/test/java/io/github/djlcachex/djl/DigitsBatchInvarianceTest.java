package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A real extractor in batches of every size: where a row was computed must not show. */
class DigitsBatchInvarianceTest {

    private static final int LARGEST = 40;

    @TempDir Path directory;

    private final Random random = new Random(3);

    @Test
    void forward_digitsInBatchesOf1To40PartlyHit_giveTheRowsOfOneFullBatch() throws IOException {
        Digits digits = Digits.read(5, 9, 400);
        try (Fixture fixture = Fixture.of("digits_extractor")) {
            List<String> reference = reference(fixture, digits);
            for (int size = 1; size <= LARGEST; size++) {
                try (CacheBlockDecorator decorator =
                        Decorated.in(directory.resolve("size" + size))
                                .setBlock(fixture.block())
                                .build()) {
                    for (int batch = 0; batch < 6; batch++) {
                        int[] positions = positions(size, digits.size());
                        assertThat(rows(fixture, decorator, digits, positions))
                                .as("size %d, batch %d", size, batch)
                                .isEqualTo(select(reference, positions));
                    }
                    assertThat(decorator.stats().hits()).isPositive();
                    assertThat(decorator.stats().misses()).isPositive();
                }
            }
        }
    }

    /** Draws from few rows, so that later batches find a part of theirs. */
    private int[] positions(int size, int rows) {
        int pool = Math.min(rows, size * 3);
        return IntStream.range(0, size).map(i -> random.nextInt(pool)).toArray();
    }

    private static List<String> select(List<String> rows, int[] positions) {
        return IntStream.of(positions).mapToObj(rows::get).toList();
    }

    private static List<String> rows(
            Fixture fixture, CacheBlockDecorator decorator, Digits digits, int[] positions) {
        try (NDManager manager = fixture.manager().newSubManager()) {
            NDList batch =
                    CacheIds.attach(
                            new NDList(digits.array(manager, positions)),
                            IntStream.of(positions).asLongStream().toArray());
            return Bits.rows(Decorated.train(decorator, manager, batch).head());
        }
    }

    private static List<String> reference(Fixture fixture, Digits digits) {
        try (NDManager manager = fixture.manager().newSubManager()) {
            NDList all = new NDList(digits.array(manager));
            for (int i = 0; i < 2; i++) {
                // the engine optimizes the graph within the first runs
                Decorated.run(fixture.block(), manager, all);
            }
            return Bits.rows(Decorated.run(fixture.block(), manager, all).head());
        }
    }
}
